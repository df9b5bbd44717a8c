/**
 * Records real gateway runs: `eval "$(scripts/ensure-openclaw.sh)" && node e2e/openclaw/record/main.ts NAME...`
 * writes testdata/recordings/gateway-extra/NAME.jsonl. Without a name it lists the takes.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Gateway, openClawInstall } from '../harness/gateway.ts';
import { ScriptedProvider } from '../harness/provider.ts';
import { neutralise } from './neutralise.ts';
import { Recorder } from './recorder.ts';
import { TAKES, type Take } from './takes/index.ts';

const OUT_DIR = join(import.meta.dirname, '../../../testdata/recordings/gateway-extra');

async function record(name: string, take: Take): Promise<void> {
  const install = openClawInstall(process.env);
  const provider = await ScriptedProvider.start(take.script);
  const gateway = await Gateway.start({
    install,
    providerUrl: provider.baseUrl,
    ...(take.overrides !== undefined && { overrides: take.overrides }),
    ...(take.nobodyApproves === true && { nobodyApproves: true }),
  });
  const recorder = new Recorder(gateway);
  try {
    if (take.connectsItself !== true) await recorder.connect();
    await take.perform({ gateway, provider, recorder });
  } finally {
    recorder.close();
    const text = neutralise(recorder.lines, {
      rootDir: gateway.rootDir,
      installDir: install.dir,
      cacheDir: dirname(install.dir),
    });
    await mkdir(OUT_DIR, { recursive: true });
    await writeFile(join(OUT_DIR, `${name}.jsonl`), text);
    process.stdout.write(`== ${name}: ${recorder.lines.length} lines\n${recorder.summary()}\n`);
    if (process.env.VERBOSE !== undefined) {
      for (const request of provider.requests) process.stdout.write(`${JSON.stringify(request)}\n`);
      process.stdout.write(`${gateway.tail(60)}\n`);
    }
    await gateway.dispose();
    await provider.stop();
  }
}

const names = process.argv.slice(2);
if (names.length === 0) process.stdout.write(`${Object.keys(TAKES).join('\n')}\n`);
for (const name of names) {
  const take = TAKES[name];
  if (take === undefined) throw new Error(`no take named ${name}; there are: ${Object.keys(TAKES).join(', ')}`);
  await record(name, take);
}
