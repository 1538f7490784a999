// Package pki issues the certificates and keys of a cluster that lives for one test.
package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"
)

// A year for certificates and ten for authorities are kubeadm's terms, so that checks on expiry see usual values.
const (
	authorityLifetime   = 10 * 365 * 24 * time.Hour
	certificateLifetime = 365 * 24 * time.Hour
)

// Pair is a certificate and its private key, in PEM.
type Pair struct {
	Certificate []byte
	Key         []byte
}

// Authority signs certificates.
type Authority struct {
	Pair
	certificate *x509.Certificate
	key         crypto.Signer
}

// NewAuthority makes an authority that signs itself.
func NewAuthority(name string) (*Authority, error) {
	template, err := template(pkix.Name{CommonName: name}, authorityLifetime)
	if err != nil {
		return nil, fmt.Errorf("certificate authority %s: %w", name, err)
	}
	template.IsCA = true
	template.BasicConstraintsValid = true
	template.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign

	authority := &Authority{certificate: template}
	authority.Pair, authority.key, err = sign(template, authority)
	if err != nil {
		return nil, fmt.Errorf("certificate authority %s: %w", name, err)
	}
	if authority.certificate, err = parse(authority.Certificate); err != nil {
		return nil, fmt.Errorf("certificate authority %s: %w", name, err)
	}
	return authority, nil
}

// Subject is whom a certificate is for: in Kubernetes, a user and the groups it is in.
type Subject struct {
	User   string
	Groups []string
}

// Client issues a certificate that authenticates a user.
func (a *Authority) Client(subject Subject) (Pair, error) {
	return a.issue(subject, x509.ExtKeyUsageClientAuth, nil)
}

// Server issues a certificate for serving under the given DNS names and IP addresses.
func (a *Authority) Server(subject Subject, hosts ...string) (Pair, error) {
	return a.issue(subject, x509.ExtKeyUsageServerAuth, hosts)
}

func (a *Authority) issue(subject Subject, usage x509.ExtKeyUsage, hosts []string) (Pair, error) {
	template, err := template(pkix.Name{CommonName: subject.User, Organization: subject.Groups}, certificateLifetime)
	if err != nil {
		return Pair{}, fmt.Errorf("certificate for %s: %w", subject.User, err)
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment
	template.ExtKeyUsage = []x509.ExtKeyUsage{usage}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	pair, _, err := sign(template, a)
	if err != nil {
		return Pair{}, fmt.Errorf("certificate for %s: %w", subject.User, err)
	}
	return pair, nil
}

// NewKey makes a key pair without a certificate; the pair's Certificate is the public key.
func NewKey() (Pair, error) {
	key, keyPEM, err := newKey()
	if err != nil {
		return Pair{}, err
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return Pair{}, fmt.Errorf("encode public key: %w", err)
	}
	return Pair{Certificate: encode("PUBLIC KEY", public), Key: keyPEM}, nil
}

// Write stores the pair in two files.
func (p Pair) Write(certificateFile, keyFile string) error {
	if err := os.WriteFile(certificateFile, p.Certificate, 0o600); err != nil {
		return fmt.Errorf("store certificate: %w", err)
	}
	if err := os.WriteFile(keyFile, p.Key, 0o600); err != nil {
		return fmt.Errorf("store key: %w", err)
	}
	return nil
}

func template(name pkix.Name, lifetime time.Duration) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 63))
	if err != nil {
		return nil, fmt.Errorf("random serial number: %w", err)
	}
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      name,
		NotBefore:    now.Add(-time.Minute),
		NotAfter:     now.Add(lifetime),
	}, nil
}

// sign makes a new key and a certificate for it. An authority that has no key yet signs with that new one.
func sign(template *x509.Certificate, by *Authority) (Pair, crypto.Signer, error) {
	key, keyPEM, err := newKey()
	if err != nil {
		return Pair{}, nil, err
	}
	signer := by.key
	if signer == nil {
		signer = key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.certificate, key.Public(), signer)
	if err != nil {
		return Pair{}, nil, fmt.Errorf("sign: %w", err)
	}
	return Pair{Certificate: encode("CERTIFICATE", der), Key: keyPEM}, key, nil
}

// newKey makes an elliptic-curve key: an RSA key of equal strength takes a hundred times as long, ten times a start.
func newKey() (crypto.Signer, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("make key: %w", err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, nil, fmt.Errorf("encode key: %w", err)
	}
	return key, encode("EC PRIVATE KEY", der), nil
}

func encode(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func parse(certificate []byte) (*x509.Certificate, error) {
	block, _ := pem.Decode(certificate)
	if block == nil {
		return nil, errors.New("certificate is not in PEM")
	}
	return x509.ParseCertificate(block.Bytes)
}
