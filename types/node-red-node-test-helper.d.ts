/** The part of node-red-node-test-helper (which ships no types) that the tests use. */
declare module 'node-red-node-test-helper' {
  import type { Node, NodeAPI, NodeMessage, NodeStatus } from 'node-red';

  type Initializer = (RED: NodeAPI) => unknown;

  interface AdminAnswer {
    status: number;
    headers: Record<string, string>;
    body: unknown;
    text: string;
  }

  interface AdminRequest extends PromiseLike<AdminAnswer> {
    type(kind: string): AdminRequest;
    send(body: unknown): AdminRequest;
    set(header: string, value: string): AdminRequest;
    set(headers: Record<string, string>): AdminRequest;
    redirects(most: number): AdminRequest;
  }

  interface TestHelper {
    init(runtimePath: string): void;
    settings(settings: Record<string, unknown>): void;
    startServer(): Promise<void>;
    stopServer(): Promise<void>;
    load(
      nodes: Initializer[],
      flow: Record<string, unknown>[],
      credentials?: Record<string, Record<string, string>>,
    ): Promise<void>;
    unload(): Promise<void>;
    getNode(id: string): (Node & { receive(msg: NodeMessage): void }) | null;
    request(): { get(path: string): AdminRequest; post(path: string): AdminRequest };
    log(): { args: { level: number; msg: unknown; id?: string }[][] };
  }

  export type { NodeStatus };

  const helper: TestHelper;
  export default helper;
}
