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

# A build that changes nothing still sets the time, by which Go would take tests of the program for not run yet.
before=$(go tool buildid bin/controlplane 2>/dev/null || true)
[ -z "$before" ] || touch -r bin/controlplane bin/.before
go build -ldflags "$stamp" -o bin/controlplane .
[ "$before" != "$(go tool buildid bin/controlplane)" ] || touch -r bin/.before bin/controlplane
