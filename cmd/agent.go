package cmd

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"dsa/cmd/screen"
	"dsa/decision/sshsig"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// agentKeys is how many keys of an agent are looked at. Whoever has more than this forwards somebody else's.
const agentKeys = 256

func noAgent(err error) *failure {
	return fail("there is no ssh-agent that answers; nothing was recorded",
		"start it and add your key with ssh-add, or sign with a key file: dsa setup --key FILE").because(err)
}

// withAgent talks to the person's ssh-agent. The end of ctx ends the talk, also while the agent waits for its owner.
func withAgent(ctx context.Context, talk func(agent.ExtendedAgent) error) error {
	line, err := dialAgent(ctx)
	if err != nil {
		return noAgent(err)
	}
	defer line.Close()
	ended := context.AfterFunc(ctx, func() { line.Close() })
	defer ended()
	// Without a Close of its own the client asks and reads in turns, which is all that a pipe of Windows does.
	err = talk(agent.NewClient(struct {
		io.Reader
		io.Writer
	}{line, line}))
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// listAgent lists the keys of the agent.
func listAgent(ctx context.Context) (keys []*agent.Key, err error) {
	err = withAgent(ctx, func(a agent.ExtendedAgent) error {
		if keys, err = a.List(); err != nil {
			return noAgent(err)
		}
		keys = keys[:min(len(keys), agentKeys)]
		return nil
	})
	return keys, err
}

// An agentKey is an Ed25519 key that never leaves its ssh-agent. Each signature is a talk of its own, so that an agent
// that was restarted is no obstacle.
type agentKey struct {
	ctx  context.Context // of the command; the interfaces of signers have none
	key  ssh.PublicKey
	name string // its fingerprint
}

func (k agentKey) PublicKey() ssh.PublicKey { return k.key }

func (k agentKey) Sign(_ io.Reader, data []byte) (*ssh.Signature, error) {
	var signature *ssh.Signature
	err := withAgent(k.ctx, func(a agent.ExtendedAgent) error {
		keys, err := a.List()
		if err != nil {
			return noAgent(err)
		}
		if !slices.ContainsFunc(keys, func(other *agent.Key) bool { return bytes.Equal(other.Blob, k.key.Marshal()) }) {
			return notInAgent(k.name)
		}
		signature, err = a.Sign(k.key, data)
		if err != nil {
			return fail("the ssh-agent did not sign; nothing was recorded",
				"agree when it asks, unlock it with ssh-add -X if it is locked, and run the same command again").because(err)
		}
		return nil
	})
	return signature, err
}

func notInAgent(fingerprint string) *failure {
	return fail("the ssh-agent does not hold your signing key "+fingerprint+"; nothing was recorded",
		"add it with ssh-add, or unlock the agent with ssh-add -X, and run the same command again")
}

// agentSigner signs with the key of the agent that has the fingerprint.
func agentSigner(ctx context.Context, fingerprint string) (sshsig.Signer, error) {
	key, err := agentKeyOf(ctx, fingerprint)
	if err != nil {
		return nil, err
	}
	inner, err := sshsig.NewSigner(agentKey{ctx, key, fingerprint})
	if err != nil {
		return nil, errKeyKind
	}
	return provenSigner{inner}, nil
}

// agentKeyOf finds a key in the agent.
func agentKeyOf(ctx context.Context, fingerprint string) (ssh.PublicKey, error) {
	keys, err := listAgent(ctx)
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		if ssh.FingerprintSHA256(k) != fingerprint {
			continue
		}
		if kind := k.Type(); kind != ssh.KeyAlgoED25519 {
			return nil, wrongKind(kind)
		}
		return ssh.ParsePublicKey(k.Blob)
	}
	return nil, notInAgent(fingerprint)
}

// onlyAgentKey is the one Ed25519 key of the agent. Where there are more, the person has to say which.
func onlyAgentKey(ctx context.Context) (ssh.PublicKey, error) {
	keys, err := listAgent(ctx)
	if err != nil {
		return nil, err
	}
	var fit []*agent.Key
	var kinds, lines []string
	for _, k := range keys {
		if k.Type() == ssh.KeyAlgoED25519 {
			fit = append(fit, k)
			lines = append(lines, "  "+ssh.FingerprintSHA256(k)+" "+screen.Safe(k.Comment))
		} else if kind := screen.Safe(k.Type()); !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	switch {
	case len(fit) == 1:
		return ssh.ParsePublicKey(fit[0].Blob)
	case len(fit) > 1:
		return nil, &failure{what: "the ssh-agent holds several keys that could be yours; nothing was changed:\n" + strings.Join(lines, "\n"),
			next: "say which with: dsa setup --agent FINGERPRINT", code: codeUsage}
	case len(kinds) > 0 && strings.HasPrefix(kinds[0], "sk-"):
		return nil, wrongKind(kinds[0])
	case len(kinds) > 0:
		return nil, fail("the ssh-agent holds no Ed25519 key, only: "+listed(kinds)+"; nothing was changed",
			"make one with ssh-keygen -t ed25519 and add it with ssh-add")
	}
	return nil, fail("the ssh-agent holds no key, or is locked; nothing was changed", "add your key with ssh-add, or unlock the agent with ssh-add -X")
}

// A provenSigner gives no signature out that does not verify: what stands between us and the key may be broken, or
// another program.
type provenSigner struct{ sshsig.Signer }

func (s provenSigner) Sign(namespace string, message []byte) ([]byte, error) {
	armour, err := s.Signer.Sign(namespace, message)
	var said *failure
	switch {
	case errors.As(err, &said), errors.Is(err, context.Canceled):
		return nil, err
	case err == nil:
		var key sshsig.Key
		if key, err = sshsig.Verify(armour, namespace, message); err == nil && key == s.Key() {
			return armour, nil
		}
	}
	return nil, fail("what the ssh-agent returned is no signature of your key; nothing was recorded",
		"do not go on with this agent: sign with a key file, dsa setup --key FILE, and tell whoever looks after your computer").because(err)
}
