import * as React from 'react';
import type { Host } from '../host.ts';

/** Names of the demo's people, with the password of all, if the server that brings the page knows some. */
function demoPeople(): { readonly names: readonly string[]; readonly password: string } {
  const { content = '' } = document.querySelector<HTMLMetaElement>('meta[name=host-demo]') ?? {};
  const [password = '', ...names] = content.split(' ');
  return { names, password };
}

export function Login({ host }: { readonly host: Host }) {
  const demo = demoPeople();
  const [name, setName] = React.useState(demo.names[0] ?? '');
  const [password, setPassword] = React.useState(demo.password);
  const [refused, setRefused] = React.useState(false);

  const logIn = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    try {
      await host.api.post('/users/login', { login_id: name, password });
      location.reload();
    } catch {
      setRefused(true);
    }
  };

  return (
    <form className="Login" onSubmit={(event) => void logIn(event)}>
      <h1>Log in to Mattermost</h1>
      <p>This is Live Status’s test page in front of a real Mattermost server.</p>
      {demo.names.length > 0 && (
        <label>
          Demo users
          <select value={name} onChange={({ target }) => setName(target.value)}>
            {demo.names.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
      )}
      <label>
        Username
        <input value={name} autoComplete="username" onChange={({ target }) => setName(target.value)} />
      </label>
      <label>
        Password
        <input
          type="password"
          value={password}
          autoComplete="current-password"
          onChange={({ target }) => setPassword(target.value)}
        />
      </label>
      {refused && <p role="alert">Mattermost did not accept this name and password.</p>}
      <button type="submit">Log in</button>
    </form>
  );
}
