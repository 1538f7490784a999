#!/bin/sh
# Builds bin/controlplane. The servers report the version they are linked with, and clients reject the placeholder
# that is in the sources, so the version of the Kubernetes modules is stamped in here.
set -eu
cd "$(dirname "$0")"

export CGO_ENABLED=0 # One static binary; a C compiler is not needed.
kubernetes=$(go list -m -f '{{.Version}}' k8s.io/kubernetes)
minor=${kubernetes#v1.}
minor=${minor%%.*}

stamp="-s -w" # No symbol tables: linking is quicker and the file half as large.
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
	stamp="$stamp -X $package.gitVersion=$kubernetes -X $package.gitMajor=1 -X $package.gitMinor=$minor -X $package.gitTreeState=clean"
done

exec go build -ldflags "$stamp" -o bin/controlplane .
