import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from '../../config/config.ts';
import { Failure } from '../../errors.ts';
import { numberValue, usage } from '../arguments.ts';
import type { Command, ParsedArgs } from '../command.ts';
import { CONFIG_OPTIONS, requireConfig } from '../configuration.ts';
import { EXIT_OK } from '../exit-codes.ts';
import type { ReplayOptions } from '../ports.ts';
import { shared } from './run.ts';

const MAX_SPEED = 1000;

export const replayCommand: Command = {
  name: 'replay',
  summary: 'Play recordings into the dashboard, or print what they come to',
  description: [
    'PATH is a gateway recording (a .jsonl file of frames, as "livestatus record" writes it) or a folder with a steps.jsonl. Several are played together.',
    'With --speed 0 the clock is virtual: everything is played at once and the same input always gives the same output.',
  ],
  positionals: { name: 'PATH...', min: 0, max: Number.POSITIVE_INFINITY },
  options: {
    speed: {
      kind: 'value',
      short: 's',
      value: 'N',
      summary: '1 = as it happened, 10 = ten times as fast, 0 = at once',
      default: '1',
    },
    json: { kind: 'flag', summary: 'Print the final sessions as one JSON array on stdout, oldest first' },
    loop: { kind: 'flag', summary: 'Begin again when everything was played' },
    demo: { kind: 'flag', summary: 'Play the recordings that come with Live Status' },
    into: {
      kind: 'value',
      value: 'CHANNEL_ID,...',
      summary: 'Show it in Mattermost too, in these channels in turn (needs MM_BASE_URL and MM_BOT_TOKEN)',
    },
    ...CONFIG_OPTIONS,
  },
  examples: [
    { line: 'livestatus replay --demo --loop', text: 'A demonstration at http://127.0.0.1:9090' },
    { line: 'livestatus replay run.jsonl --speed 10', text: 'Look at a recording, ten times as fast' },
    { line: 'livestatus replay run.jsonl --speed 0 --json', text: 'What the recording comes to' },
    { line: 'livestatus replay --demo --loop --into CHANNEL_ID', text: 'The demonstration in a channel of Mattermost' },
  ],
  async run(args, context) {
    const options = replayOptions(args);
    const paths = args.positionals.map((path) => resolve(context.cwd, path));
    for (const path of paths) if (!existsSync(path)) throw new Failure('path_not_found', `there is nothing at ${path}`);
    const { config, warnings } = requireConfig(args, context);
    checkMattermost(options.into, config);
    const program = await context.program();
    await program.runReplay(paths, { ...shared(context), ...options, config, warnings });
    return EXIT_OK;
  },
};

type Options = Pick<ReplayOptions, 'speed' | 'json' | 'loop' | 'demo' | 'into'>;

function replayOptions(args: ParsedArgs): Options {
  const speed = numberValue(args, 'speed', { min: 0, max: MAX_SPEED }) ?? 1;
  const [json, loop, demo] = [args.flags.has('json'), args.flags.has('loop'), args.flags.has('demo')];
  if (args.positionals.length === 0 && !demo) throw usage('"livestatus replay" needs PATH... or --demo');
  if (loop && json) throw usage('--loop never ends, so --json would never print: leave one of them out');
  if (loop && speed === 0) throw usage('--loop needs a speed above 0');
  const into = channels(args.values.get('into'));
  if (into !== undefined && speed === 0) throw usage('--into needs a speed above 0');
  return { speed, json, loop, demo, into };
}

const CHANNEL_ID = /^[a-z0-9]{26}$/;

function channels(text: string | undefined): readonly string[] | undefined {
  const ids = text?.split(',');
  const wrong = ids?.find((id) => !CHANNEL_ID.test(id));
  if (wrong !== undefined)
    throw usage(`--into takes ids of Mattermost channels (26 letters and digits), got ${JSON.stringify(wrong)}`);
  return ids;
}

function checkMattermost(into: Options['into'], { mattermost }: Config): void {
  if (into === undefined) return;
  const hasBot = mattermost.botToken !== undefined || Object.keys(mattermost.accountTokens).length > 0;
  if (mattermost.baseUrl === undefined || !hasBot) throw usage('--into needs MM_BASE_URL and MM_BOT_TOKEN');
}
