import { expect, it } from 'vitest';
import { nextPath, signInPath } from './next';

it('leads to signing in and back to the same place with its filters', () => {
  const place = { pathname: '/collections', search: '?status=FAILED&status=PARTIAL' };
  const path = signInPath(place);
  expect(path.startsWith('/sign-in?next=')).toBe(true);
  expect(nextPath(path.slice('/sign-in'.length))).toBe('/collections?status=FAILED&status=PARTIAL');
});

it('says nothing of the start page', () => {
  expect(signInPath({ pathname: '/', search: '' })).toBe('/sign-in');
  expect(nextPath('')).toBe('/');
});

it.each([
  'https://elsewhere.example/',
  '//elsewhere.example/',
  '/\\elsewhere.example/',
  '/\t/elsewhere.example/',
  'javascript:alert(1)',
  '/sign-in?next=/',
  'runs/5',
])('never leads away, nor in a circle: %s', (next) => {
  expect(nextPath(`?next=${encodeURIComponent(next)}`)).toBe('/');
});
