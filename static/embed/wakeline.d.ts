/** How much the reader can change: everything, the timeline with its controls, or the timeline alone. */
export type Controls = "full" | "compact" | "none";

/** How the run and the playback stand. */
export type State =
  /** Nothing was loaded yet. */
  | "idle"
  /** The player is on its way. */
  | "loading"
  /** Nothing was polled yet. */
  | "ready"
  | "running"
  | "paused"
  /** The run ended as it should, or was stopped. */
  | "ended"
  /** The run ended in an error, a panic, or at a limit. */
  | "failed"
  /** The run can never go on. */
  | "stalled";

/** How a run ended. */
export interface Ending {
  state: "ended" | "failed" | "stalled";
  /** When, in nanoseconds of the run. */
  time: number;
  /** How, in a sentence. */
  text: string;
  /** What the first task returned, if it returned something. */
  outcome: { summary: string; facts: Record<string, string> } | null;
  /** The error that it returned, with its causes, or its panic. */
  error: string | null;
  /** What is wrong with the run, the most telling first. */
  findings: { kind: string; text: string; lane: number; order: number }[];
}

/** A selected lane at a moment. */
export interface Selected {
  lane: number;
  name: string;
  /** In nanoseconds of the run. */
  time: number;
  order: number;
}

/** How the playback stands, and where. */
export interface Change {
  state: State;
  /** In nanoseconds of the run. */
  time: number;
  order: number;
}

export interface WakeLineEventMap extends Omit<HTMLElementEventMap, "error"> {
  /** The playhead began to move. */
  run: CustomEvent<null>;
  /** The run came to its end; told once for each run. */
  end: CustomEvent<Ending>;
  /** Another lane is selected, or none. */
  select: CustomEvent<Selected | null>;
  /** The playback stands otherwise, or, while it does not play, at another moment. */
  change: CustomEvent<Change>;
  /** Something was refused or could not be loaded; the message names it and what to do. */
  error: CustomEvent<{ message: string }>;
}

/** `<wake-line>`: a pattern of async Rust, run in the page. Its methods load the player where it is not here. */
export class WakeLine extends HTMLElement {
  pattern: string;
  twin: string;
  seed: string;
  schedule: string;
  clock: string;
  speed: string;
  theme: string;
  height: string;
  controls: string;
  /** Load without waiting for a click; nothing runs by itself. */
  autoload: boolean;

  /** Resolves when the player is loaded. */
  readonly ready: Promise<void>;
  readonly state: State;
  /** What the clock reads at the playhead, in nanoseconds of the run. */
  readonly time: number;

  run(): Promise<void>;
  pause(): Promise<void>;
  /** Moves the playhead to a time, in nanoseconds, or to a step. */
  seek(to: number | { time: number } | { order: number }): Promise<void>;
  /** Goes on by one poll. */
  step(): Promise<void>;
  /** Goes back by one poll. */
  stepBack(): Promise<void>;
  /** Asks the run to shut down where it listens; else drops every future. */
  stop(): Promise<void>;
  /** Carries out a message of the frame's protocol. */
  send(message: object): Promise<void>;

  addEventListener<K extends keyof WakeLineEventMap>(
    type: K,
    listener: (this: WakeLine, event: WakeLineEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "wake-line": WakeLine;
  }
}
