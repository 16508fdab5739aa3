import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const MONOSPACE = 'ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace';
const SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif';
const STEEL: MantineColorsTuple = [
  '#eef5fb',
  '#dbe8f4',
  '#b5cfe8',
  '#8cb5dc',
  '#699fd1',
  '#4a87c0',
  '#3775b0',
  '#27639e',
  '#205588',
  '#163f68',
];
const COLORS = ['steel', 'red', 'teal', 'orange', 'yellow', 'gray', 'blue', 'green', 'grape', 'violet'];

const DIALOG = {
  closeButtonProps: { 'aria-label': 'Close' },
  // a <header> outside of main would be the page's banner once more
  attributes: { header: { role: 'presentation' } },
};

// what opens above a page belongs to its main part, not beside all parts
const OPENS_IN_MAIN = { portalProps: { target: '#content' } };

export const theme = createTheme({
  colors: { steel: STEEL },
  primaryColor: 'steel',
  // dark enough for white letters in either scheme
  primaryShade: { light: 7, dark: 7 },
  autoContrast: true,
  luminanceThreshold: 0.28,
  defaultRadius: 'sm',
  fontFamily: SANS,
  fontFamilyMonospace: MONOSPACE,
  fontSizes: { xs: '12px', sm: '13.5px', md: '14.5px', lg: '17px', xl: '20px' },
  headings: { fontFamily: SANS, fontWeight: '650' },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Tooltip: {
      defaultProps: { withArrow: true, openDelay: 250, events: { hover: true, focus: true, touch: true } },
    },
    Table: { defaultProps: { verticalSpacing: 8, horizontalSpacing: 12, highlightOnHover: true } },
    Modal: { defaultProps: DIALOG },
    Drawer: { defaultProps: DIALOG },
    Popover: { defaultProps: OPENS_IN_MAIN },
    // a menu's children are its items and nothing else
    Menu: { defaultProps: { ...OPENS_IN_MAIN, withInitialFocusPlaceholder: false } },
  },
});

/** Mantine's own greys and tints are too faint to read by the measure of WCAG; these are not. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#59636e',
    '--mantine-color-placeholder': '#656f79',
    '--mantine-color-error': '#c11f1f',
    '--mantine-color-anchor': '#205588',
    '--muster-surface': '#f6f8fa',
    '--muster-line': '#d8dee4',
    '--status-queued': '#57606a',
    '--status-running': '#1f5fa8',
    '--status-succeeded': '#176b3a',
    '--status-partial': '#8a5300',
    '--status-failed': '#b3261e',
    '--status-skipped': '#6e4a9e',
    '--status-canceled': '#57606a',
    ...tints('9'),
    // its darkest shade is too light for small letters
    '--mantine-color-orange-light-color': '#8a5300',
  },
  dark: {
    '--mantine-color-dimmed': '#a3adb8',
    '--mantine-color-placeholder': '#98a2ad',
    '--mantine-color-error': '#ff8f87',
    '--mantine-color-anchor': '#8cb5dc',
    '--muster-surface': '#1b1c1f',
    '--muster-line': '#3a3d42',
    '--status-queued': '#b3bcc6',
    '--status-running': '#79b8ff',
    '--status-succeeded': '#63cf8e',
    '--status-partial': '#f0b34a',
    '--status-failed': '#ff8f87',
    '--status-skipped': '#c9a8f0',
    '--status-canceled': '#b3bcc6',
    ...tints('2'),
    ...grounds(),
  },
});

/** The colour of letters on a light ground of their own colour. */
function tints(shade: string): Record<string, string> {
  return Object.fromEntries(
    COLORS.map((color) => [`--mantine-color-${color}-light-color`, `var(--mantine-color-${color}-${shade})`]),
  );
}

/** Grounds of a colour for the dark: Mantine's own glow. */
function grounds(): Record<string, string> {
  return Object.fromEntries(
    COLORS.map((color) => [
      `--mantine-color-${color}-light`,
      `color-mix(in srgb, var(--mantine-color-${color}-5) 15%, transparent)`,
    ]),
  );
}
