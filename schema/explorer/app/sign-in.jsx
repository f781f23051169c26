import { useGraphiQLActions } from "@graphiql/react";
import { useEffect, useSyncExternalStore } from "react";

/** Says whether requests carry a token, and reads the schema again when that changes. */
export function SignIn({ session }) {
  const signedIn = useSyncExternalStore(session.subscribe, session.isSignedIn);
  const { introspect } = useGraphiQLActions();

  useEffect(() => {
    if (signedIn) {
      introspect();
    }
  }, [signedIn, introspect]);

  return (
    <div className="handcart-session">
      {signedIn ? (
        <>
          <span>Signed in: requests carry the token of your last sign-in.</span>
          <button type="button" className="graphiql-button" onClick={session.signOut}>
            Sign out
          </button>
        </>
      ) : (
        <span>Not signed in. Run the sign-in tab and later requests carry its token.</span>
      )}
    </div>
  );
}
