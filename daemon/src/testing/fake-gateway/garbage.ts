/** Frames that a gateway should never send, each with the name of what is wrong with it. */
export const GARBAGE: Readonly<Record<string, string>> = {
  'not JSON': 'hello? is this thing on',
  'a frame cut short': '{"type":"event","event":"agent","payload":{"runId":"r1","str',
  'an event nobody knows': '{"type":"event","event":"weather.changed","payload":{"sun":true}}',
  'a frame type nobody knows': '{"type":"telegram","text":"stop"}',
  'an answer to nothing': '{"type":"res","id":"999:ls","ok":true,"payload":{}}',
  'an answer without a shape': '{"type":"res","ok":"perhaps"}',
  'a number': '42',
  null: 'null',
  'a list': '[1,2,3]',
  'an empty text': '',
  'a payload of the wrong type': '{"type":"event","event":"agent","payload":"surprise"}',
  'fields of the wrong type':
    '{"type":"event","event":"agent","payload":{"runId":7,"stream":{},"data":[],"sessionKey":5,"seq":"x","ts":null}}',
  'a sequence of the wrong type': '{"type":"event","event":"tick","seq":"one"}',
  'a prototype for everybody': '{"type":"event","event":"agent","payload":{"__proto__":{"polluted":true}}}',
};

/** An event whose payload is nested `depth` deep. */
export function deepFrame(depth: number): string {
  return `{"type":"event","event":"agent","payload":{"sessionKey":"agent:main:main","runId":"deep","stream":"tool","data":${'['.repeat(depth)}${']'.repeat(depth)}}}`;
}

/** A text of this many bytes; 64 MB is beyond any limit. */
export function oversizedFrame(bytes: number): Buffer {
  return Buffer.alloc(bytes, 0x20);
}
