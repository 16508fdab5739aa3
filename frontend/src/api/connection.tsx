import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { isServerThere } from './http';

const RETRY_MS = 2000;

/** Whether the server answers, as the last request found it. */
export class Connection {
  private lost = false;
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly isLost = (): boolean => this.lost;

  /** Tell what a request met. */
  report(isLost: boolean): void {
    if (this.lost === isLost) return;
    this.lost = isLost;
    for (const listener of this.listeners) listener();
  }

  /** Ask the server now. */
  async retry(): Promise<void> {
    this.report(!(await isServerThere()));
  }
}

const ConnectionContext = createContext<Connection | null>(null);

/** Holds the connection, and while it is lost asks again and again whether the server is back. */
export function ConnectionProvider({ children }: { children: ReactNode }) {
  const [connection] = useState(() => new Connection());
  const isLost = useSyncExternalStore(connection.subscribe, connection.isLost);
  useEffect(() => {
    if (!isLost) return;
    const timer = setInterval(() => void connection.retry(), RETRY_MS);
    return () => clearInterval(timer);
  }, [connection, isLost]);
  return <ConnectionContext value={connection}>{children}</ConnectionContext>;
}

export function useConnection(): Connection {
  const connection = useContext(ConnectionContext);
  if (connection === null) throw new Error('There is no ConnectionProvider around this.');
  return connection;
}

export function useIsLost(): boolean {
  const connection = useConnection();
  return useSyncExternalStore(connection.subscribe, connection.isLost);
}
