import { expect, it } from 'vitest';
import { byteSize, compactCount, count, counted } from './numbers';

it('separates thousands', () => {
  expect(count(1_234_567)).toBe('1,234,567');
  expect(compactCount(12_345)).toBe('12.3K');
});

it('counts with a noun', () => {
  expect(counted(0, 'run')).toBe('0 runs');
  expect(counted(1, 'run')).toBe('1 run');
  expect(counted(2000, 'index', 'indexes')).toBe('2,000 indexes');
});

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1_500_000, '1.4 MiB'],
  [300 * 1024 ** 3, '300 GiB'],
  [1024 ** 7, '1048576 PiB'],
])('says %d bytes as “%s”', (bytes, words) => {
  expect(byteSize(bytes)).toBe(words);
});
