/**
 * `make stack`: a local Mattermost with the plugin and demo people, and a daemon that plays recordings into its channels,
 * to look at in a browser through the page that plays the web client. Ctrl-C stops everything and leaves nothing.
 */
import { HostPage } from '../host-page/index.ts';
import { type OwnStack, type Person, ReplayDaemon, startStack } from '../mattermost/index.ts';
import { type Demo, furnish } from './furnish.ts';

/** Mattermost's own port; a free one if it is taken. STACK_PORT sets another. */
const PORT = Number(process.env.STACK_PORT ?? 8065);
const NAMES = ['alice', 'bob', 'carol'];

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.abort());
/** What runs, in the order of its start. */
const running: { dispose(): Promise<void> }[] = [];
try {
  await run();
} finally {
  for (const part of running.reverse()) await part.dispose();
}

async function run(): Promise<void> {
  say('Building the page and starting Mattermost...');
  const page = await startPage();
  running.push({ dispose: () => page.close() });
  const stack = await startStack({ front: page });
  running.push(stack);
  const demo = await furnish(stack.workspace, NAMES);
  if (stopped.signal.aborted) return;
  const daemon = await ReplayDaemon.start({
    url: page.url,
    secret: stack.secret,
    bot: demo.bot,
    channelIds: demo.channels.map(({ id }) => id),
    args: ['--demo', '--loop'],
  });
  running.push(daemon);
  announce(page, stack, demo, daemon);
  await new Promise<void>((resolve) => {
    if (stopped.signal.aborted) resolve();
    stopped.signal.addEventListener('abort', () => resolve());
  });
  say('Stopping...');
}

async function startPage(): Promise<HostPage> {
  const demo = { password: 'Correct-Horse-1', names: NAMES };
  try {
    return await HostPage.start({ port: PORT, demo });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    say(`Port ${PORT} is taken; taking a free one.`);
    return HostPage.start({ demo });
  }
}

function announce(page: HostPage, stack: OwnStack, demo: Demo, daemon: ReplayDaemon): void {
  const { admin } = stack.workspace;
  const row = ({ username, password }: Person, sees: string): string => `  ${username.padEnd(8)} ${password}   ${sees}`;
  const [alice, bob, carol] = demo.people as [Person, Person, Person];
  say(`
Open ${page.url}/demo/channels/agents and log in:

${row(alice, 'everything: #agents, the private #release, a direct message with the agent')}
${row(bob, '#agents alone: nothing of #release may ever reach him')}
${row(carol, 'no channel with an agent: her panel stays empty')}
${row(admin, 'system admin')}

The look is picked in the address: ?theme=denim|quartz|onyx, react=17|18, compact=1, crt=off, appbar=off
The daemon's own dashboard: ${daemon.dashboardUrl}
The plugin's API: curl -H 'X-Live-Status-Secret: ${stack.secret}' ${page.url}/plugins/com.openclaw.livestatus/api/v1/health

Recordings play over and over. Ctrl-C stops everything and removes it.
`);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
