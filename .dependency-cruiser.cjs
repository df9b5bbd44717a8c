/**
 * Who may import whom (design: imports point inward). `contract` knows nobody; `ui` knows neither Mattermost nor the daemon;
 * inside the daemon `turns` is pure, sources and sinks never see each other, and only `main.ts` wires.
 */
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    rule('no-circular', 'Two parts that need each other miss a third.', {}, { circular: true }),
    rule(
      'contract-knows-nobody',
      'contract is imported by everything.',
      { path: '^contract/' },
      { path: '^(daemon|ui|dashboard|plugin)/' },
    ),
    rule(
      'ui-is-pure',
      'ui renders sessions; it fetches nothing and knows no host.',
      { path: '^ui/' },
      { path: '^(daemon|dashboard|plugin)/' },
    ),
    rule(
      'dashboard-is-no-daemon',
      'The page speaks HTTP with the daemon.',
      { path: '^dashboard/' },
      { path: '^daemon/' },
    ),
    rule(
      'plugin-page-is-no-daemon',
      'The plugin page speaks with its server only.',
      { path: '^plugin/webapp/' },
      { path: '^(daemon|dashboard|e2e)/' },
    ),
    rule(
      'turns-are-pure',
      'The machine does no I/O.',
      { path: '^daemon/src/turns/', pathNot: '\\.test\\.ts$' },
      { path: '^daemon/src/(?!turns/)' },
    ),
    rule(
      'turns-no-io',
      'Only node:crypto (hashing).',
      { path: '^daemon/src/turns/', pathNot: '\\.test\\.ts$' },
      { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    ),
    rule(
      'publish-imports-turns',
      'publish is a projection.',
      { path: '^daemon/src/publish/', pathNot: '\\.test\\.ts$' },
      { path: '^daemon/src/(?!publish/|turns/)' },
    ),
    rule(
      'sources-no-sinks',
      'One direction.',
      { path: '^daemon/src/sources/' },
      { path: '^daemon/src/(sinks|server|state|pipeline)/' },
    ),
    rule(
      'sinks-no-sources',
      'One direction.',
      { path: '^daemon/src/sinks/' },
      { path: '^daemon/src/sources/(?!source\\.ts)' },
    ),
    rule(
      'no-test-code',
      'Test support stays out of what ships; replay plays its recordings through the fake gateway.',
      { path: '^daemon/src/', pathNot: '(\\.test\\.ts$|^daemon/src/testing/|^daemon/src/wiring/run-replay\\.ts$)' },
      { path: '^daemon/src/testing/' },
    ),
    rule(
      'packages-by-their-index',
      'What is exported is a promise.',
      { path: '^(daemon|ui|dashboard|plugin/webapp|bench|e2e)/' },
      { path: '^contract/src/(?!index\\.ts)' },
    ),
    rule(
      'no-unlisted',
      'Every dependency stands in the package.json of its workspace.',
      { pathNot: '(\\.test\\.tsx?$|^contract/test/|^daemon/src/testing/)' },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'default'] },
  },
};
