import { describe, expect, it } from 'vitest';
import { boundsOf } from './time-range';
import { roundUp } from './use-steady-now';

const NOW = Date.parse('2026-11-23T09:05:00Z');

describe('boundsOf', () => {
  it('counts back from now', () => {
    expect(boundsOf('24h', NOW, '', '')).toEqual({ from: '2026-11-22T09:05:00.000Z', to: null });
    expect(boundsOf('7d', NOW, '', '').from).toBe('2026-11-16T09:05:00.000Z');
  });

  it('bounds nothing for all time, whatever the fields hold', () => {
    expect(boundsOf('all', NOW, '2026-11-01T00:00', '')).toEqual({ from: null, to: null });
  });

  it('reads both fields in the viewer’s zone', () => {
    const local = '2026-11-01T08:30';
    expect(boundsOf('custom', NOW, local, '')).toEqual({ from: new Date(local).toISOString(), to: null });
  });

  it('takes in the whole of the last minute', () => {
    const { from, to } = boundsOf('custom', NOW, '2026-11-22T08:00', '2026-11-22T08:00');
    expect(Date.parse(to ?? '') - Date.parse(from ?? '')).toBe(59_999);
  });

  it('takes what is no date as no bound', () => {
    expect(boundsOf('custom', NOW, 'yesterday', 'y')).toEqual({ from: null, to: null });
  });
});

describe('roundUp', () => {
  it('gives the next multiple, never the moment itself', () => {
    expect(roundUp(12, 5)).toBe(15);
    expect(roundUp(15, 5)).toBe(20);
  });
});
