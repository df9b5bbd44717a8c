import { describe, expect, it } from 'vitest';
import { DEFAULT_PRIVACY, levelFor } from './privacy.ts';

describe('levelFor', () => {
  it.each([
    ['direct', 'full'],
    ['private', 'full'],
    ['none', 'full'],
    ['public', 'summary'],
  ] as const)('by default a turn of a %s route is shown at %s', (kind, level) => {
    expect(levelFor({ kind, channelId: 'c1' }, DEFAULT_PRIVACY)).toBe(level);
  });

  it('follows PRIVACY and PRIVACY_PUBLIC', () => {
    const policy = { default: 'summary', public: 'minimal', channels: {} } as const;
    expect(levelFor({ kind: 'direct' }, policy)).toBe('summary');
    expect(levelFor({ kind: 'public', channelId: 'c1' }, policy)).toBe('minimal');
  });

  it('lets an exception for a channel win, whatever its kind', () => {
    const policy = { ...DEFAULT_PRIVACY, channels: { c1: 'full', c2: 'minimal' } } as const;
    expect(levelFor({ kind: 'public', channelId: 'c1' }, policy)).toBe('full');
    expect(levelFor({ kind: 'private', channelId: 'c2' }, policy)).toBe('minimal');
    expect(levelFor({ kind: 'public', channelId: 'c3' }, policy)).toBe('summary');
  });

  it('takes no channel id for a property that every object has', () => {
    expect(levelFor({ kind: 'public', channelId: 'constructor' }, DEFAULT_PRIVACY)).toBe('summary');
  });
});
