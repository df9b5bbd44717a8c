/** Made up, of the shape that each provider gives; put together here so that no scanner takes this file for a leak. */
const TAIL = 'Qm47Xt19Ze63Vb82Kd05Ru38Wc71Lf96Hy24Pn50';

/** By where the scripted agent lets them out. */
export const SECRETS = {
  argumentToken: `ghp_${TAIL.slice(0, 36)}`,
  argumentOption: `opt${TAIL.slice(0, 14)}`,
  argumentUrl: `hunter2${TAIL.slice(4, 14)}`,
  outputGitlab: `glpat-${TAIL.slice(0, 20)}`,
  outputPem: `MIIEvQIBADANBgkqhkiG9w0BAQEFAASC${TAIL}`,
  environmentKey: `var${TAIL.slice(2, 18)}`,
  environmentAws: `AKIA${'T7WNHZ4QKXGLR3BV'}`,
  errorJwt: `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI5ODc2NTQzMjEwIn0.${TAIL}`,
  errorSlack: `xoxb-${'210987654321'}-${'210987654321'}-${TAIL.slice(0, 24)}`,
  textAnthropic: `sk-ant-api03-${TAIL}${TAIL}`,
  thoughtOpenai: `sk-proj-${TAIL}${TAIL.slice(0, 8)}`,
  providerOpenai: `sk-proj-${TAIL.slice(8)}${TAIL.slice(0, 16)}`,
} as const;

/** Part of most of them: not even so much of one may come out. */
export const FRAGMENT = TAIL.slice(4, 14);

/** What the agent says in its answer, which OpenClaw posts itself: nobody's to hide but OpenClaw's. */
export const ANSWER_SECRET = `glpat-${TAIL.slice(20)}`;
