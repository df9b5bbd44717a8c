import { AGENT_TAKES } from './agents.ts';
import { AUTOMATIC_TAKES } from './automatic.ts';
import { ERROR_TAKES } from './errors.ts';
import { PEOPLE_TAKES } from './people.ts';
import { RESTART_TAKES } from './restarts.ts';
import type { Takes } from './take.ts';
import { TOOL_TAKES } from './tools.ts';

export type { Take } from './take.ts';

/** Every recording under testdata/recordings/gateway-extra, by name. */
export const TAKES: Takes = {
  ...AGENT_TAKES,
  ...ERROR_TAKES,
  ...TOOL_TAKES,
  ...AUTOMATIC_TAKES,
  ...PEOPLE_TAKES,
  ...RESTART_TAKES,
};
