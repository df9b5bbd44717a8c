import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '@livestatus/contract';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { browserPages } from '../browser/browser.ts';
import { toolSteps } from '../openclaw/harness/expect-turn.ts';
import { GatewayRpc } from '../openclaw/harness/rpc.ts';
import { longShell, type Script, shell } from '../openclaw/harness/script.ts';
import { Chain } from './harness/chain.ts';
import { type Leak, leaksIn, leaksInDatabase, leaksInFiles, listenTo, withoutPost } from './harness/leaks.ts';
import { ANSWER_SECRET, FRAGMENT, SECRETS } from './harness/made-up-secrets.ts';
import { openThread, seenBox } from './harness/seen-box.ts';
import { standsRight } from './harness/stands-right.ts';

const newPage = browserPages();
const HIDDEN: readonly string[] = [...Object.values(SECRETS), FRAGMENT];
/** No secret, and where the secrets would be: what finds it would find them. */
const MARKER = 'marker4711';

/** A turn that lets a secret out wherever it can. `dir`: files that the agent reads. */
async function leakyScript(dir: string, gate: string): Promise<Script> {
  const file = (name: string): string => join(dir, name);
  await writeFile(
    file('notes.txt'),
    `token: ${SECRETS.outputGitlab}\n-----BEGIN PRIVATE KEY-----\n${SECRETS.outputPem}\n-----END PRIVATE KEY-----\n`,
  );
  await writeFile(
    file('prod.env'),
    `export API_KEY=${SECRETS.environmentKey}\nexport AWS_ACCESS_KEY_ID=${SECRETS.environmentAws}\n`,
  );
  await writeFile(file('error.txt'), `refused: Bearer ${SECRETS.errorJwt}, bot ${SECRETS.errorSlack}\n`);
  const { argumentOption, argumentToken, argumentUrl, textAnthropic, thoughtOpenai } = SECRETS;
  const argument = `${MARKER} --password=${argumentOption} -H "Authorization: Bearer ${argumentToken}" https://bob:${argumentUrl}@example.com/`;
  return {
    leaky: [
      {
        think: `The key is ${thoughtOpenai}.`,
        text: `I use ${textAnthropic} for that.`,
        calls: [longShell(`echo ${argument} >/dev/null; ${gate}`)],
      },
      { calls: [shell(`cat ${file('notes.txt')}`)] },
      { calls: [shell(`. ${file('prod.env')}; env`)] },
      { calls: [shell(`cat ${file('error.txt')} >&2; exit 3`)] },
      { text: `It is deployed with ${ANSWER_SECRET}.` },
    ],
    leakyProvider: [
      { calls: [longShell(gate)] },
      { http: 400, message: `Incorrect API key provided: ${SECRETS.providerOpenai}` },
    ],
  };
}

test('a secret in an argument, an output, an error, an environment or a text of an agent comes out nowhere', async () => {
  const chain = await Chain.join();
  // Private: all that is ever published is published there.
  const room = await chain.room('private');
  const gate = chain.gate();
  await chain.play(await leakyScript(chain.shared.gateway.rootDir, gate.command));
  const { url, token } = chain.shared.gateway;
  let told = '';
  const observer = await GatewayRpc.connect({
    url,
    token,
    scopes: ['operator.read'],
    tap: (_, frame) => {
      told += JSON.stringify(frame);
    },
  });
  onTestFinished(() => observer.close());
  const page = await newPage();
  const heard = listenTo(page);
  await chain.open(async () => page, room.asker, room);

  const requests = [await room.ask('leaky'), await room.ask('leakyProvider')];
  for (const { id } of requests) {
    const key = `agent:main:mattermost:group:${room.channel.id}:thread:${id}`;
    await observer.call('sessions.messages.subscribe', { key });
  }
  const turns = await Promise.all(
    requests.map(async (request) => ({ request, box: await chain.boxOf(room, request) })),
  );
  await gate.open();
  const sessions: Session[] = [];
  for (const { request, box } of turns) sessions.push(await standsRight(chain, room, request, box));
  const answer = await chain.answer(room, 'It is deployed with');
  expect(sessions.map(({ status }) => status)).toEqual(['done', 'error']);
  expect(sessions[0] && toolSteps(sessions[0]).map(({ status }) => status)).toEqual(['done', 'done', 'done', 'error']);
  const givenAway = HIDDEN.filter((secret) => told.includes(secret));
  expect(givenAway.length, 'secrets that OpenClaw itself gave away').toBeGreaterThan(0);

  // Once as it came live, once as it is after a reload, with every detail unfolded.
  let dom = await shown(page, answer.id);
  await page.reload();
  await page.locator('html[data-host-ready=true]').waitFor();
  for (const { box } of turns) {
    await openThread(page, box);
    await seenBox(page, box).getByRole('button', { name: 'Show details' }).click();
    dom += await shown(page, answer.id);
  }
  const everything = [...HIDDEN, ANSWER_SECRET, MARKER];
  const log = await readFile(chain.shared.daemon.logFile, 'utf8');
  const leaks: Record<string, readonly Leak[]> = {
    database: await leaksInDatabase(chain.shared.databaseUrl, everything, answer.id),
    page: leaksIn('page', dom, everything),
    frames: heard.frames.flatMap((frame) => leaksIn(frame, withoutPost(frame, answer.id), everything)),
    answers: heard.answers.flatMap((text) => leaksIn(text, withoutPost(text, answer.id), everything)),
    state: leaksInFiles(chain.shared.daemon.stateDir, everything),
    log: leaksIn('log', log, everything),
  };

  for (const [place, found] of Object.entries(leaks)) {
    const ours = found.filter(({ text }) => text !== MARKER);
    expect(ours, place).toEqual([]);
    // What is not found anywhere was not looked for.
    if (place !== 'log')
      expect(
        found.some(({ text }) => text === MARKER),
        `${place}: looked into`,
      ).toBe(true);
  }
}, 300_000);

/** The whole page but OpenClaw's own answer. */
function shown(page: Page, answerId: string): Promise<string> {
  return page.evaluate((id) => {
    const copy = document.documentElement.cloneNode(true) as HTMLElement;
    for (const post of copy.querySelectorAll(`#post_${id}, #rhsPost_${id}`)) post.remove();
    return copy.outerHTML;
  }, answerId);
}
