import { expect, it } from 'vitest';
import { shortcutFor } from './shortcuts.ts';

it.each([
  ['/', false, false, 'search'],
  ['?', false, false, 'keys'],
  ['j', false, false, 'next'],
  ['k', false, false, 'previous'],
  ['t', false, false, 'theme'],
  ['Escape', false, false, 'back'],
  ['Escape', false, true, 'back'],
  ['j', false, true, undefined],
  ['k', true, false, undefined],
  ['x', false, false, undefined],
  ['toString', false, false, undefined],
])('%s (modifier %s, typing %s) asks for %s', (key, hasModifier, isTyping, shortcut) =>
  expect(shortcutFor({ key, hasModifier, isTyping })).toBe(shortcut),
);
