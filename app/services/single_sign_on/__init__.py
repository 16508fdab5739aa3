"""Single sign-on with an OpenID Connect provider: browsers by code flow, programs by signed tokens."""
