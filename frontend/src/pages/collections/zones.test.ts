import { expect, it } from 'vitest';
import { allZones, isZone, matchingZones, zoneOffset } from './zones';

const ZONES = allZones();

it('lists every zone once, UTC first', () => {
  expect(ZONES[0]).toBe('UTC');
  expect(new Set(ZONES).size).toBe(ZONES.length);
  expect(ZONES.length).toBeGreaterThan(400);
  expect(ZONES.every(isZone)).toBe(true);
});

it('finds zones by words in any order and spelling', () => {
  expect(matchingZones(ZONES, 'new york', 5)).toContain('America/New_York');
  expect(matchingZones(ZONES, 'berlin europe', 5)).toEqual(['Europe/Berlin']);
  expect(matchingZones(ZONES, 'kolkata', 5)).toEqual(['Asia/Kolkata']);
});

it('puts cities that begin so first', () => {
  expect(matchingZones(ZONES, 'rom', 5)[0]).toBe('Europe/Rome');
});

it('finds a name that no list shows, and nothing for what is no zone', () => {
  expect(matchingZones(ZONES, 'Etc/GMT+5', 5)).toEqual(['Etc/GMT+5']);
  expect(matchingZones(ZONES, 'Europe/Nowhere', 5)).toEqual([]);
});

it('lists no more than asked for', () => {
  expect(matchingZones(ZONES, '', 7)).toHaveLength(7);
});

it('tells the offset of the moment', () => {
  expect(zoneOffset('Europe/Berlin', new Date('2026-01-15T00:00:00Z'))).toBe('GMT+1');
  expect(zoneOffset('Europe/Berlin', new Date('2026-07-15T00:00:00Z'))).toBe('GMT+2');
});
