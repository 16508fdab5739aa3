interface Place {
  readonly pathname: string;
  readonly search: string;
}

/** The address of the sign-in page that leads back to `place`. */
export function signInPath({ pathname, search }: Place): string {
  const place = pathname + search;
  return place === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(place)}`;
}

/** Where to go after signing in; only ever a path of this site. */
export function nextPath(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '';
  const isPath = /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in');
  return isPath && new URL(next, 'http://here.invalid').host === 'here.invalid' ? next : '/';
}
