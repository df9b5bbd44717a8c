import { expect, it } from 'vitest';
import { parseHash, turnHref } from './hash-route.ts';

it.each([
  ['', { page: 'overview' }],
  ['#/', { page: 'overview' }],
  ['#/turn/', { page: 'overview' }],
  ['#/turn/a b', { page: 'overview' }],
  [`#/turn/${'x'.repeat(65)}`, { page: 'overview' }],
  ['#/turn/Ab_9-', { page: 'turn', id: 'Ab_9-' }],
])('%s leads to %j', (hash, route) => expect(parseHash(hash)).toEqual(route));

it('a link to a turn leads to that turn', () => {
  expect(parseHash(turnHref('abc'))).toEqual({ page: 'turn', id: 'abc' });
});
