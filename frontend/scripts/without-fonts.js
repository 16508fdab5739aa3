const FONT_FACE = /@font-face\s*\{[^}]*\}/g;

/**
 * A plugin of Vite: style sheets of packages come without the fonts they carry inside them, which the
 * Content-Security-Policy would refuse anyway. The interface has its own.
 */
export function withoutFonts() {
  return {
    name: 'without-fonts',
    enforce: 'pre',
    transform: {
      filter: { id: /\/node_modules\/graphiql\/.*\.css/ },
      handler: (css) => ({ code: css.replace(FONT_FACE, ''), map: null }),
    },
  };
}
