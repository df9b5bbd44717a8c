import { describe, expect, it } from 'vitest';
import { CHILD, KEY, Story } from './testing/story.ts';

const running = () => new Story().ask('m1').start('r1').tool('r1', 'c1').wait(2_000);

describe('T3: a message during a run', () => {
  it('is a notice in that turn, with the name of who wrote it', () => {
    const story = running().ask('m2', { senderName: '@bob' });
    expect(story.steps).toEqual(['tool exec running', 'notice steered']);
    expect(story.turn.steps[1]).toMatchObject({ text: '@bob', startedMs: story.now });
    expect(story.names).toEqual(['mm:-:main:default:m1']);
  });

  it('once, although it comes twice under one id', () => {
    const story = running().ask('m2').wait(100).ask('m2', { steerTargetRunId: 'r1', lineId: 'another-line' });
    expect(story.steps).toEqual(['tool exec running', 'notice steered']);
  });

  it('of which the second names the run: no later run takes it', () => {
    const story = running().ask('m2').ask('m2', { steerTargetRunId: 'r1' }).end('r1').start('r2').wait(300);
    expect(story.names).toEqual(['mm:-:main:default:m1', 'run:r2']);
  });

  it('may be served by a run of its own later: a new turn', () => {
    const story = running().ask('m2').end('r1').start('r2');
    expect(story.names).toEqual(['mm:-:main:default:m1', 'mm:-:main:default:m2']);
    expect(story.named('mm:-:main:default:m1').steps.at(-1)).toMatchObject({ code: 'steered' });
    expect(story.named('mm:-:main:default:m2').steps).toEqual([]);
  });

  it('without a chat counts if it names the run that it steers (control-ui-and-steering)', () => {
    const story = running().say('l2', { steerTargetRunId: 'r1' }).say('l2', { steerTargetRunId: 'r1' });
    expect(story.steps).toEqual(['tool exec running', 'notice steered']);
    expect(running().say('l2', { text: 'a note of the runtime' }).steps).toEqual(['tool exec running']);
  });

  it('answers, if the agent had asked', () => {
    const story = new Story().ask('m1').start('r1').tool('r1', 'q', { name: 'ask_user' }).ask('m2');
    expect(story.steps).toEqual(['tool ask_user running', 'notice answered']);
  });

  it('an answer is the question’s: the next run of the key serves another message', () => {
    const story = new Story().ask('m1').start('r1').tool('r1', 'q', { name: 'ask_user' }).ask('m2');
    story.result('r1', 'q', { name: 'ask_user' }).end('r1').start('r2').wait(30).ask('m3');
    expect(story.names).toEqual(['mm:-:main:default:m1', 'mm:-:main:default:m3']);
  });

  it('is none before the run, and none for the message that it serves', () => {
    expect(new Story().ask('m1').wait(100).start('r1').ask('m1').steps).toEqual([]);
    expect(new Story().start('r1').ask('m1').ask('m1').steps).toEqual([]);
  });

  it('is none for a message that another turn has taken', () => {
    const story = running().end('r1').ask('m2').start('r2').ask('m1');
    expect(story.named('mm:-:main:default:m2').steps).toEqual([]);
  });

  it('is none in a turn that has yielded: nothing runs there', () => {
    const story = running().spawn('r1', 'helper', CHILD, 'c9').end('r1', { kind: 'done', yielded: true }).ask('m2');
    expect(story.steps).toEqual(['tool exec cancelled', 'agent helper running']);
  });

  it('on another key is nothing to it', () => {
    expect(running().ask('m2', { key: `${KEY}2` }).steps).toEqual(['tool exec running']);
  });

  it('on JSONL comes inside the run', () => {
    const story = new Story().start('lock:a:1', { lockName: 'lock:a:1' }).ask('m1', { runId: 'lock:a:1' });
    story.ask('m2', { steerTargetRunId: 'lock:a:1' });
    expect(story.steps).toEqual(['notice steered']);
  });
});
