# KafkaMesh: `make help` lists the targets. Everything is set up by the scripts that the targets call.
.DEFAULT_GOAL := help
SHELL := /bin/bash
export DOTNET_NOLOGO := 1
export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE := 1
# No build server outlives a target: nothing is left running, and an interrupted target ends at once.
export MSBUILDDISABLENODEREUSE := 1
export DOTNET_CLI_USE_MSBUILD_SERVER := 0
export UseSharedCompilation := false

RID := linux-$(if $(filter aarch64 arm64,$(shell uname -m)),arm64,x64)
PUBLISH := dotnet publish -c Release -r $(RID) --self-contained -v quiet \
  -p:PublishTrimmed=true -p:PublishSingleFile=true -p:PublishReadyToRun=true -p:DebugType=none
# Directories too: a file that was added or removed is a change like one that was edited.
sources = $(shell find $(1) -mindepth 1 \( -name bin -o -name obj -o -name node_modules -o -path operator/web/dist -o -path codec/schema \) -prune -o \( -type f -o -type d \) -print) \
  Directory.Build.props Directory.Packages.props global.json
ARCHIVES := $(patsubst %,out/images/kafkamesh-%.tar,operator proxy clients)
# What Debian's packages put into the images changes with the list of installed packages.
IMAGE_SCRIPTS := tests/scripts/images.sh config/images/rootfs.sh Directory.Build.props $(wildcard /var/lib/dpkg/status)

.PHONY: help web build install images run test bench bench-codec bench-admission bench-scale profile fuzz e2e schema crds chart rules screenshots format clean sdk
.NOTPARALLEL:

help: ## List the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

build: out/kafkamesh-proxy out/kafkamesh ## Two runnable commands: out/kafkamesh-proxy and out/kafkamesh

web: operator/web/dist/index.html ## The web UI that the operator serves, compiled into operator/web/dist

operator/web/dist/index.html: $(call sources,operator/web) docs/api/dashboard.openapi.yaml tests/scripts/web.sh
	@bash tests/scripts/web.sh build

sdk:
	@bash tests/scripts/require.sh make sdk

out/kafkamesh-proxy: $(call sources,codec crds proxy) | sdk
	$(PUBLISH) proxy/KafkaMesh.Proxy -o out/publish/proxy
	@install -m 0755 out/publish/proxy/kafkamesh-proxy $@

out/kafkamesh: $(call sources,crds operator) operator/web/dist/index.html | sdk
	$(PUBLISH) operator/KafkaMesh.Operator -o out/publish/operator
	@install -m 0755 out/publish/operator/kafkamesh $@

PREFIX ?= /usr/local
install: out/kafkamesh ## The command line, also as `kubectl kafkamesh`: PREFIX=/usr/local [DESTDIR=]
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 0755 out/kafkamesh operator/plugin/kubectl_complete-kafkamesh $(DESTDIR)$(PREFIX)/bin
	ln -sf kafkamesh $(DESTDIR)$(PREFIX)/bin/kubectl-kafkamesh

images: build ## Container images as archives under out/images (operator, proxy, clients), offline and reproducible
	@bash tests/scripts/setup.sh
	@$(MAKE) --no-print-directory --silent $(ARCHIVES)

out/images/kafkamesh-operator.tar: out/kafkamesh
out/images/kafkamesh-proxy.tar: out/kafkamesh-proxy
out/images/kafkamesh-clients.tar: $(wildcard config/images/clients/*)
$(ARCHIVES): out/images/kafkamesh-%.tar: config/images/%/build.sh $(IMAGE_SCRIPTS)
	@bash tests/scripts/images.sh out $*

run: ## A cluster in a box with the operator, real Kafka traffic, the web UI and Prometheus; ONCE=1: show the figures, clean up, exit; RUNTIME=podman|namespaces
	@ONCE='$(ONCE)' RUNTIME='$(RUNTIME)' bash tests/scripts/run.sh

test: ## Set up and run every test that can run here; TIERS="Codec Proxy" for some of them
	@bash tests/scripts/test.sh $(TIERS)

bench: out/kafkamesh-proxy ## The sidecar against HAProxy, nginx and no relay: ROUNDS=9 SECONDS=0.7 ONLY=<part of a row's name>
	@ROUNDS='$(ROUNDS)' SECONDS_PER_RELAY='$(SECONDS)' ONLY='$(ONLY)' DISTURBANCE='$(DISTURBANCE)' bash tests/scripts/bench.sh

bench-codec: ## The codec against hand-written decoders, on one CPU: BENCH_CPU=1
	dotnet build -c Release -v quiet tests/KafkaMesh.Benchmarks
	taskset -c $(or $(BENCH_CPU),0) dotnet tests/KafkaMesh.Benchmarks/bin/Release/net10.0/KafkaMesh.Benchmarks.dll

bench-admission: sdk out/kafkamesh ## The webhook with 1,000 monitors: at fixed rates, and 1,000 admissions at once
	@bash tests/scripts/setup.sh
	dotnet build -c Release -v quiet tests/KafkaMesh.Benchmarks
	@PATH=$$PATH:/usr/sbin:/sbin dotnet tests/KafkaMesh.Benchmarks/bin/Release/net10.0/KafkaMesh.Benchmarks.dll admission out/kafkamesh

bench-scale: sdk out/kafkamesh ## One operator with very many sidecars: SIDECARS=10000 MONITORS=200 CYCLES=6
	@bash tests/scripts/setup.sh
	dotnet build -c Release -v quiet tests/KafkaMesh.Benchmarks
	@PATH=$$PATH:/usr/sbin:/sbin dotnet tests/KafkaMesh.Benchmarks/bin/Release/net10.0/KafkaMesh.Benchmarks.dll scale \
	  out/kafkamesh $(or $(SIDECARS),10000) $(or $(MONITORS),200) $(or $(CYCLES),6)

profile: out/kafkamesh-proxy ## The list of methods that the sidecar's ahead-of-time compilation is made for, from a run of it (root)
	@bash tests/scripts/require.sh "make profile" root
	@bash tests/scripts/profile.sh

fuzz: sdk ## Fuzz every entry point for bytes from outside: SECONDS=60 [TARGET=name] [SEED=1]; REPLAY=<file> runs a finding again
	@dotnet build -c Release -v quiet tests/KafkaMesh.Fuzz
	@dotnet tests/KafkaMesh.Fuzz/bin/Release/net10.0/KafkaMesh.Fuzz.dll $(if $(REPLAY),replay $(TARGET) $(REPLAY),\
	  fuzz --seconds $(or $(SECONDS),60) --target $(or $(TARGET),all) --seed $(or $(SEED),1) --corpus tests/KafkaMesh.Fuzz/corpus)

e2e: ## The end-to-end suite on a real cluster: CLUSTER=<kubeconfig> [CONTEXT=] OPERATOR_IMAGE= PROXY_IMAGE= CLIENTS_IMAGE=
	@CLUSTER='$(CLUSTER)' CONTEXT='$(CONTEXT)' OPERATOR_IMAGE='$(OPERATOR_IMAGE)' PROXY_IMAGE='$(PROXY_IMAGE)' \
	  CLIENTS_IMAGE='$(CLIENTS_IMAGE)' bash tests/scripts/e2e.sh

schema: sdk ## Import a Kafka release and say what changes: KAFKA=<kafka-clients jar or dir of *.json>[,<older>...],codec/schema
	@test -n "$(KAFKA)" || { echo 'make schema: say where the definitions are: KAFKA=<kafka-clients jar or dir of *.json>[,<older>...],codec/schema' >&2; exit 64; }
	dotnet run --project codec/KafkaMesh.Codec.SchemaTool -- import --kafka "$(KAFKA)" --schema codec/schema
	dotnet run --project codec/KafkaMesh.Codec.SchemaTool -- emit --schema codec/schema --out codec/KafkaMesh.Codec/Generated

crds: sdk ## Write crds/kafkamonitors.kafkamesh.io.yaml from the C# types
	dotnet run --project crds/KafkaMesh.Contracts.CrdTool -- generate --out crds/kafkamonitors.kafkamesh.io.yaml

chart: sdk ## Write config/helm/templates from what kubectl renders of config/default and config/overlays
	@dotnet run --project operator/KafkaMesh.ChartTool -- generate --config config

rules: ## Write config/prometheus/prometheus-rule.yaml from rules.yml beside it
	@bash tests/scripts/rules.sh > config/prometheus/prometheus-rule.yaml

screenshots: ## Take the pictures that the last browser tests made into docs/screenshots
	@mkdir -p docs/screenshots
	@for page in overview:overview-light monitor:monitor-light topology:topology-chosen-light tap:tap-running-light \
	  overview-dark:overview-dark apis:apis-light pods-skipped:pods-skipped-light topology-brokers:topology-brokers-light; do \
	  cp "out/test-results/screenshots/$${page#*:}.png" "docs/screenshots/$${page%%:*}.png" || exit; done

format: sdk ## Format the sources
	@bash tests/scripts/format.sh

clean: ## Remove build output
	rm -rf out BenchmarkDotNet.Artifacts TestResults
	rm -rf operator/web/dist operator/web/node_modules
	find . -type d \( -name bin -o -name obj \) -not -path './.git/*' -prune -exec rm -rf {} +
