/**
 * Lists every tool that a published OpenClaw offers to its models, for the test that each has a deliberate label.
 *
 *     node scripts/openclaw-tools.ts 2026.9.6 2026.9.5 > testdata/openclaw-tools-2026.9.6.json
 *
 * The arguments are the versions of `openclaw` and `@openclaw/mattermost`. Both packages are fetched by `npm pack` into a
 * temporary directory and read as text; nothing of them is run. Progress goes to stderr.
 */
import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [openclaw, mattermost] = process.argv.slice(2);
if (openclaw === undefined || mattermost === undefined) {
  process.stderr.write('usage: node scripts/openclaw-tools.ts OPENCLAW_VERSION MATTERMOST_VERSION\n');
  process.exit(2);
}

/** Names that the definitions contain but no model is offered: templates, examples of the docs, probes of the doctor. */
const NOT_TOOLS = new Set(['echo', 'ping', 'describe_view', 'sandbox']);

function unpack(spec: string, into: string): string {
  process.stderr.write(`fetching ${spec}\n`);
  mkdirSync(into);
  const file = execFileSync('npm', ['pack', spec, '--silent', '--pack-destination', into], { encoding: 'utf8' }).trim();
  execFileSync('tar', ['-xzf', join(into, file), '-C', into, '--strip-components=1']);
  return into;
}

/** Where each name was seen. */
class Sightings {
  readonly #places = new Map<string, Set<string>>();

  add(name: string, place: string): void {
    if (NOT_TOOLS.has(name)) return;
    const places = this.#places.get(name) ?? new Set();
    this.#places.set(name, places.add(place));
  }

  list(): { readonly name: string; readonly from: readonly string[] }[] {
    return [...this.#places]
      .map(([name, places]) => ({ name, from: [...places].sort() }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

const bundles = (root: string): string[] =>
  globSync('dist/**/*.{mjs,js}', { cwd: root })
    .filter((file) => !file.includes('node_modules'))
    .map((file) => readFileSync(join(root, file), 'utf8'));

const matches = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((hit) => hit[1] ?? '');

function region(sources: readonly string[], name: string): string {
  const source = sources.find((text) => text.includes(`//#region ${name}\n`));
  if (source === undefined) throw new Error(`${name} is in no bundle of openclaw: the package is built in another way`);
  return source.split(`//#region ${name}\n`)[1]?.split('//#endregion')[0] ?? '';
}

function openclawTools(root: string): ReturnType<Sightings['list']> {
  const seen = new Sightings();
  const sources = bundles(root);
  for (const name of matches(region(sources, 'src/agents/tool-catalog.ts'), /\bid: "([a-z0-9_]+)",\s+description:/g)) {
    seen.add(name, 'catalog');
  }
  const display = region(sources, 'src/agents/tool-display-config.ts').split('\n\ttools: {')[1] ?? '';
  for (const name of matches(display, /^\t\t"?([a-z_-]+)"?: (?:\{|[A-Z_]+)/gm)) seen.add(name, 'display');
  for (const source of sources) {
    for (const name of matches(source, /_TOOL_NAME = "([a-z][a-z0-9_-]+)"/g)) seen.add(name, 'constant');
    for (const hit of source.matchAll(/\bname: "([a-z][a-z0-9_]+)"/g)) {
      const around = source.slice(hit.index - 20, hit.index + 900);
      if (/\bparameters:|\bexecute[:(]/.test(around)) seen.add(hit[1] ?? '', 'definition');
    }
  }
  for (const file of globSync('dist/extensions/*/openclaw.plugin.json', { cwd: root })) {
    const manifest = JSON.parse(readFileSync(join(root, file), 'utf8')) as {
      id: string;
      contracts?: { tools?: string[] };
    };
    for (const name of manifest.contracts?.tools ?? []) seen.add(name, `plugin ${manifest.id}`);
  }
  return seen.list();
}

const work = mkdtempSync(join(tmpdir(), 'openclaw-tools-'));
try {
  const root = unpack(`openclaw@${openclaw}`, join(work, 'openclaw'));
  const channel = unpack(`@openclaw/mattermost@${mattermost}`, join(work, 'mattermost'));
  const names = bundles(root).find((text) => text.includes('CHANNEL_MESSAGE_ACTION_NAMES = ['));
  const actions = names?.split('CHANNEL_MESSAGE_ACTION_NAMES = [')[1]?.split(']')[0] ?? '';
  const channelSources = globSync('dist/.setup/*.mjs', { cwd: channel }).map((file) =>
    readFileSync(join(channel, file), 'utf8'),
  );
  const list = {
    obtained_by: `node scripts/openclaw-tools.ts ${openclaw} ${mattermost}`,
    openclaw,
    mattermost,
    tools: openclawTools(root),
    message_actions: matches(actions, /"([^"]+)"/g),
    mattermost_message_actions: channelSources.flatMap((text) => matches(text, /actions\.push\("([a-z-]+)"\)/g)),
  };
  process.stdout.write(`${JSON.stringify(list, null, 1)}\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
