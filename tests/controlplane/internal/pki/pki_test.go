package pki

import (
	"crypto/tls"
	"crypto/x509"
	"slices"
	"testing"
)

func newTestAuthority(t *testing.T) *Authority {
	t.Helper()
	authority, err := NewAuthority("test-ca")
	if err != nil {
		t.Fatal(err)
	}
	return authority
}

func verify(t *testing.T, by *Authority, pair Pair, host string, usage x509.ExtKeyUsage) error {
	t.Helper()
	leaf, err := parse(pair.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(by.Certificate)
	_, err = leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: host, KeyUsages: []x509.ExtKeyUsage{usage}})
	return err
}

func TestServerCertificateHoldsForItsHostsOnly(t *testing.T) {
	authority := newTestAuthority(t)
	pair, err := authority.Server(Subject{User: "server"}, "node-0", "127.1.0.1")
	if err != nil {
		t.Fatal(err)
	}
	for host, valid := range map[string]bool{"node-0": true, "127.1.0.1": true, "node-1": false, "127.1.0.2": false} {
		if err := verify(t, authority, pair, host, x509.ExtKeyUsageServerAuth); (err == nil) != valid {
			t.Errorf("%s: %v, want valid: %t", host, err, valid)
		}
	}
	if err := verify(t, authority, pair, "", x509.ExtKeyUsageClientAuth); err == nil {
		t.Error("a serving certificate passes for a client's")
	}
}

func TestClientCertificateNamesUserAndGroups(t *testing.T) {
	authority := newTestAuthority(t)
	pair, err := authority.Client(Subject{User: "system:node:node-0", Groups: []string{"system:nodes"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := verify(t, authority, pair, "", x509.ExtKeyUsageClientAuth); err != nil {
		t.Error(err)
	}
	leaf, err := parse(pair.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	if leaf.Subject.CommonName != "system:node:node-0" || !slices.Equal(leaf.Subject.Organization, []string{"system:nodes"}) {
		t.Errorf("subject is %s", leaf.Subject)
	}
	if _, err := tls.X509KeyPair(pair.Certificate, pair.Key); err != nil {
		t.Errorf("key and certificate do not belong together: %v", err)
	}
}

func TestAnotherAuthorityIsNotTrusted(t *testing.T) {
	pair, err := newTestAuthority(t).Client(Subject{User: "stranger"})
	if err != nil {
		t.Fatal(err)
	}
	if err := verify(t, newTestAuthority(t), pair, "", x509.ExtKeyUsageClientAuth); err == nil {
		t.Error("a certificate of another authority of the same name was accepted")
	}
}
