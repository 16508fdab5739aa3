import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { setNonce } from 'get-nonce';
import { useState } from 'react';
import { RouterProvider } from 'react-router/dom';
import { ConnectionProvider } from '@/api/connection';
import { SessionProvider } from '@/api/session';
import { styleNonce } from './nonce';
import { createRouter } from './router';
import { cssVariables, theme } from './theme';

/** The whole interface. */
export function App() {
  const [router] = useState(() => {
    setNonce(styleNonce());
    return createRouter();
  });
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <ConnectionProvider>
        <SessionProvider>
          {/* no transitions: two filters chosen in quick succession each build on the other */}
          <RouterProvider router={router} useTransitions={false} />
        </SessionProvider>
      </ConnectionProvider>
      <Notifications position="bottom-right" limit={4} />
    </MantineProvider>
  );
}
