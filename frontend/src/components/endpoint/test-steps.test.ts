import { expect, test } from 'vitest';
import { type Diagnostic, faultyFields, testSteps } from './test-steps';

const METHODS = [
  { key: 'RESOLVE_HOST', label: 'Resolve host', description: 'The host name has an address.' },
  { key: 'CONNECT', label: 'Connect', description: null },
  { key: 'AUTHENTICATE', label: 'Sign in', description: null },
];

const passed = (code: string): Diagnostic => ({
  level: 'INFO',
  code,
  message: `${code} passed.`,
  hint: null,
  field: null,
});
const failed = (code: string, field: string | null = null): Diagnostic => ({
  level: 'ERROR',
  code,
  message: `${code}!`,
  hint: 'Look again.',
  field,
});

const states = (diagnostics: readonly Diagnostic[]) =>
  testSteps(METHODS, diagnostics).map(({ label, state }) => `${label}: ${state}`);

test('every step of a passing test has passed', () => {
  expect(states(METHODS.map(({ key }) => passed(key)))).toEqual([
    'Resolve host: passed',
    'Connect: passed',
    'Sign in: passed',
  ]);
});

test('an unknown host fails the first step, and the others are not reached', () => {
  const steps = testSteps(METHODS, [failed('SOURCE_HOST_UNKNOWN', 'host')]);
  expect(steps.map(({ state }) => state)).toEqual(['failed', 'not-reached', 'not-reached']);
  expect(steps[0]).toMatchObject({ errorCode: 'SOURCE_HOST_UNKNOWN', hint: 'Look again.' });
});

test('a closed port and a wrong password fail the step after the last that passed', () => {
  expect(states([passed('RESOLVE_HOST'), failed('SOURCE_REFUSED', 'port')])[1]).toBe('Connect: failed');
  const signIn = [passed('RESOLVE_HOST'), passed('CONNECT'), failed('SOURCE_AUTH_FAILED', 'password')];
  expect(states(signIn)[2]).toBe('Sign in: failed');
});

test('before a test the steps are to come, and say what they check', () => {
  expect(testSteps(METHODS, [])[0]).toMatchObject({
    state: 'to-come',
    message: 'The host name has an address.',
  });
});

test('a warning passes its step; one that belongs to no step is a remark', () => {
  const warnings = [
    { ...passed('RESOLVE_HOST'), level: 'WARNING' },
    { ...passed('OLD_VERSION'), level: 'WARNING' },
  ];
  expect(states(warnings)).toEqual([
    'Resolve host: warning',
    'Connect: not-reached',
    'Sign in: not-reached',
    'Remark: warning',
  ]);
});

test('an error after the last step, or without any, is not lost', () => {
  const all = METHODS.map(({ key }) => passed(key));
  expect(states([...all, failed('INTERNAL')]).at(-1)).toBe('Problem: failed');
  expect(testSteps([], [failed('BAD_CONFIG')])).toHaveLength(1);
});

test('errors mark the fields at fault', () => {
  const diagnostics = [passed('RESOLVE_HOST'), failed('SOURCE_REFUSED', 'port'), failed('SOURCE_ERROR')];
  expect(faultyFields(diagnostics)).toEqual({ port: 'SOURCE_REFUSED!' });
});
