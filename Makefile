# Every command of the project. `make` alone explains them.
.DEFAULT_GOAL := help
.PHONY: help up down status logs restart clean demo check format test test-unit test-integration test-e2e test-security screenshots walkthrough contracts bench bench-paging bench-recovery bench-timer bench-policy bench-storm bench-receivers bench-growth bench-rolling bench-search bench-board bench-streams bench-telemetry chaos mutants lock venv venv-run venv-dev
MAKEFLAGS += --no-print-directory
PY := .venv/bin/python
LOCAL := $(PY) -m deploy.local
CODE := $(wildcard shared services gateway watchdog cli sandbox deploy bench chaos tools tests)
export PYTHON PORT_BASE

# What bench-search measures by unless told otherwise; VARIANTS belong to the questions.
JUDGED := ../shared/search
CORPUS ?= $(JUDGED)/corpus.json
VARIANTS ?= $(if $(QUERIES),,$(wildcard $(JUDGED)/variants.dev.jsonl))
VARIANTS := $(VARIANTS)
QUERIES ?= $(JUDGED)/queries.dev.json
QRELS ?= $(JUDGED)/qrels.dev.json
RECORDS ?= 100000

##@ 動かす / run
up: venv-run ## すべてを起動する (PORT_BASE=8700) / start everything
	@$(LOCAL) up

down: venv-run ## すべてを止める / stop everything
	@$(LOCAL) down

status: venv-run ## 何が動いているか / what is running
	@$(LOCAL) status || true

logs: venv-run ## 記録を読む (S=intake F=1) / read logs (S= one of them, F=1 follows)
	@$(LOCAL) logs $(S) $(if $(F),--follow)

restart: venv-run ## 起動し直す (S=intake) / start anew (S= one of them)
	@$(LOCAL) restart $(S)

clean: venv-run ## 作られたデータをすべて消す (make down の後) / remove all local data (after make down)
	@$(LOCAL) clean

demo: venv-run ## 障害の報告から解決までの物語を実演する / play the story from report to resolution
	@$(LOCAL) demo

bench: venv-run ## 性能を順に測り、目標と並べる (ARGS="--short") / measure one after the other, beside the figures to beat
	@$(PY) -m bench $(ARGS)

bench-paging: venv-run ## 報告から呼び出しまでを測る (静かなとき・集中・毎秒 50 件) / from report to page: quiet, in bursts, at 50/s
	@$(PY) -m bench.paging $(ARGS)

bench-recovery: venv-run ## 強制終了や相手先の停止からの立ち直りを測る / how soon all is well again after kills and failing providers
	@$(PY) -m bench.recovery $(ARGS)

bench-timer: venv-run ## 期限の遅れと大量の期限を測る / lateness, a million clocks, storms, killed replicas
	@$(PY) -m bench.timer $(ARGS)

bench-search: venv-run ## 検索の質・速さ・大きさを測る / search: quality, speed, memory, at the set's size and with 100,000 records
	@$(PY) -m bench.search --corpus $(CORPUS) --queries $(QUERIES) --qrels $(QRELS) $(if $(VARIANTS),--variants $(VARIANTS)) \
		$(if $(PHRASINGS),--phrasings $(PHRASINGS)) --records $(RECORDS) $(ARGS)

bench-policy: venv-run ## 方針の点検・試行・再現を測る / lint, simulation and replay of 10,000 cases
	@$(PY) -m bench.policy $(ARGS)

bench-storm: venv-run ## 嵐のなかの P1 と、まとめの通数を測る / a P1 inside storms of 500 P3, and how the rest comes
	@$(PY) -m bench.storm $(ARGS)

bench-rolling: venv-run ## 全プロセスの入れ替えと更新を負荷のもとで測る / a rolling restart and a rolling upgrade under load
	@$(PY) -m bench.rolling $(ARGS)

bench-receivers: venv-run ## 送信元への応答を測る (毎秒 200 件・嵐・強制終了) / how senders are answered: steadily, in a storm, while intake is killed
	@$(PY) -m bench.receivers $(ARGS)

bench-growth: venv-run ## 案件・人・ルール・終わった案件が増えても遅くならないかを測る / from report to page while open cases, people, rules and finished cases grow
	@$(PY) -m bench.growth $(ARGS)

bench-board: venv-dev ## 開いた案件 2,000 件・毎秒 50 件の変化を、本物のブラウザーの一覧で測る / the board in a real browser: 2,000 open cases, 50 changes a second
	@$(PY) -m bench.board $(ARGS)

bench-streams: venv-dev ## 変化の配信を、聞き手 500・毎秒 50 件で測る / the stream of changes: 500 listeners, 50 changes a second
	@$(PY) -m bench.streams $(ARGS)

bench-telemetry: venv-run ## トレース・指標・ログの費用を、有り無しの二つを交互に動かして測る / what traces, metrics and logs cost, with and without in turns
	@$(PY) -m bench.telemetry $(ARGS)

chaos: venv-run ## わざと壊しながら動かし、失われたものがないか調べる (ARGS="--seed 7 --cycles 20") / break it on purpose under load and check that nothing is lost
	@$(PY) -m chaos $(ARGS)

##@ 開発 / develop
test: venv-dev ## すべてのテスト、二つに分けて (ARGS を付けると一つで) / all tests, shared by two workers (with ARGS: by none)
	@$(PY) -m pytest $(or $(ARGS),-n 2)

test-unit: venv-dev ## 速いテストだけ / the fast tests
	@$(PY) -m pytest $(wildcard tests/unit tests/contracts tests/architecture) $(ARGS)

test-integration: venv-dev ## 本物の Kafka と PostgreSQL でのテスト / tests on real Kafka and PostgreSQL
	@$(PY) -m pytest tests/integration $(ARGS)

mutants: venv-dev ## 小さな誤りを一つずつ入れ、単体テストが気づくか調べる (ARGS="services/router/domain --sample 60") / break the code in small ways, one at a time, and see whether a unit test notices
	@$(PY) -m tools.mutants $(or $(ARGS),services/timer/domain)

screenshots: venv-dev ## すべての画面を撮る (.local/screenshots) / picture every page, in both languages, on a phone and at a desk
	@TASUKI_SCREENSHOTS=$(CURDIR)/.local/screenshots $(PY) -m pytest tests/integration/intake/test_screens.py $(ARGS)
	@echo "$(CURDIR)/.local/screenshots"

walkthrough: venv-dev ## docs/walkthrough.md の画面を撮り直す / picture the pages of docs/walkthrough.md anew
	@TASUKI_WALKTHROUGH=$(CURDIR)/docs/walkthrough $(PY) -m pytest tests/e2e/test_walks.py -k reporter $(ARGS)

test-e2e: venv-dev ## 全サービスを通したテスト / tests through all services
	@$(PY) -m pytest tests/e2e $(ARGS)

test-security: venv-dev ## 攻撃者のするようなことを試すテスト (docs/security.ja.md の表) / tests that try what an attacker would (the table in docs/security.md)
	@$(PY) -m pytest -m security $(or $(ARGS),-n 2)

check: venv-dev ## 書式・型・依存の検査 / lint, format, types, import rules
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy --strict $(CODE)
	.venv/bin/lint-imports

format: venv-dev ## 書式を整える / format the code
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

contracts: venv-dev ## asyncapi.yaml、openapi/、clients/、ダッシュボードを作り直す / write asyncapi.yaml, openapi/, clients/ and dashboards anew
	@$(PY) -m tools.contracts

lock: venv-dev ## 依存の固定を作り直す / lock dependencies and jars anew
	@deploy/local/lock.sh

venv: venv-dev ## Python の環境だけを用意する / only make the Python environment

venv-run:
	@deploy/local/venv.sh run

venv-dev:
	@deploy/local/venv.sh dev

help:
	@awk 'BEGIN { FS = ":.*## " } /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z0-9-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@printf '\n'
