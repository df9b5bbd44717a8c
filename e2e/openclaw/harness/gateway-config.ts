/** A JSON object of OpenClaw's configuration; its schema belongs to OpenClaw. */
export type ConfigObject = { readonly [key: string]: unknown };

export interface GatewayConfigOptions {
  readonly port: number;
  readonly token: string;
  readonly providerUrl: string;
  /** Below it each agent gets a workspace of its own. */
  readonly workDir: string;
  /** Merged over the result, objects key by key, everything else replaced. */
  readonly overrides?: ConfigObject;
}

/**
 * An OpenClaw with three agents: `main`; `guard`, whose every command waits for a person; `flaky`, whose first model
 * `bad-1` falls over to `mock-1`. No heartbeats, no browser, no updates.
 */
export function gatewayConfig(options: GatewayConfigOptions): ConfigObject {
  const base: ConfigObject = {
    gateway: {
      mode: 'local',
      bind: 'loopback',
      port: options.port,
      auth: { mode: 'token', token: options.token },
      controlUi: { enabled: false },
    },
    agents: {
      ownership: 'explicit',
      defaults: {
        workspace: `${options.workDir}/main`,
        model: { primary: 'mock/mock-1' },
        models: { 'mock/mock-1': {}, 'bad/bad-1': {} },
        modelPolicy: { allow: ['mock/mock-1', 'bad/bad-1'] },
        skipBootstrap: true,
        heartbeat: { every: '0m' },
        systemAgent: { agentId: 'main' },
      },
      entries: {
        main: { workspace: `${options.workDir}/main` },
        guard: { workspace: `${options.workDir}/guard`, tools: { exec: { security: 'allowlist', ask: 'always' } } },
        flaky: {
          workspace: `${options.workDir}/flaky`,
          model: { primary: 'bad/bad-1', fallbacks: ['mock/mock-1'] },
        },
      },
    },
    models: {
      mode: 'merge',
      providers: {
        mock: scriptedProvider(options.providerUrl, 'mock-1'),
        bad: scriptedProvider(options.providerUrl, 'bad-1'),
      },
    },
    tools: { exec: { mode: 'full' } },
    // The retention of sessions runs after each write in a worker, for seconds on a busy machine; nothing here is old.
    session: { maintenance: { mode: 'warn', maxDiskBytes: false } },
    update: { checkOnStart: false },
    plugins: { enabled: false },
    logging: { file: `${options.workDir}/openclaw.log` },
  };
  return merge(base, options.overrides ?? {});
}

function scriptedProvider(baseUrl: string, model: string): ConfigObject {
  return {
    baseUrl,
    apiKey: 'scripted-provider-key',
    api: 'openai-completions',
    models: [
      {
        id: model,
        name: model,
        reasoning: true,
        input: ['text'],
        cost: { input: 1, output: 2, cacheRead: 0, cacheWrite: 0 },
        contextWindow: 200000,
        maxTokens: 8192,
      },
    ],
  };
}

function merge(base: ConfigObject, over: ConfigObject): ConfigObject {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = result[key];
    result[key] = isObject(before) && isObject(value) ? merge(before, value) : value;
  }
  return result;
}

function isObject(value: unknown): value is ConfigObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
