"""A complete check: plan, send requests, generate more, and return the verdict."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from openapi.check.admission import Admission
from openapi.check.budget import Budget, OutOfBudget
from openapi.check.client.bases import bases_of
from openapi.check.client.sendable import NotSendable
from openapi.check.client.session import Session
from openapi.check.client.targets import NotStarted, Target, served
from openapi.check.client.wire import TargetUnreachable
from openapi.check.credentials import NOTHING, Credentials, NoCredentials
from openapi.check.drafting import draft_verdict
from openapi.check.fuzzing.probing import OddValues
from openapi.check.fuzzing.schemathesis import Generation
from openapi.check.generating import GeneratedRequests, is_too_large
from openapi.check.options import Options
from openapi.check.planning import UNCHANGED, by_path, connection_of, seed_of, selected, skipped, time_limit_of
from openapi.check.probes.addressing import Misaddressed, is_guarded, look_at_address, look_for_base_path
from openapi.check.probes.authentication import AuthenticationProbe
from openapi.check.probes.http_semantics import ProtocolProbe
from openapi.check.probes.odd_headers import odd_headers
from openapi.check.provocations import Provocation, read_provocations
from openapi.check.provoking import provoke
from openapi.check.recorder import FindingsRecorder
from openapi.check.resources.ending import Ending
from openapi.check.resources.families import families
from openapi.check.resources.known import KnownResources
from openapi.check.resources.order import divided, waves
from openapi.check.resources.sequences import Sequences
from openapi.check.response_checks import ResponseChecks
from openapi.check.steps import Steps
from openapi.check.success import is_nothing_there, obstacle_to_success
from openapi.check.unseen import record_unseen_statuses, record_unseen_successes
from openapi.check.valid_requests import ValidRequests
from openapi.contract import Contract, Operation
from openapi.contract.servers import path_of_server
from openapi.documents.errors import ContractError
from openapi.examples.requests import RequestMaker
from openapi.findings.findings import Verdict
from openapi.findings.internal_error import describe


def run_check(contract: Contract, target: Target, options: Options | None = None) -> Verdict:
    """Check whether the server at `target`, a URL or an ASGI or WSGI application, keeps `contract`.

    Obstacles, such as an unreachable server, are part of the verdict. KeyboardInterrupt, and an error of the check
    itself, end it early, with the findings so far. Raises ContractError for an invalid provocation, ValueError for an
    invalid address or option, and what the source of the credentials raises before the first request.
    """
    options = options or Options()
    draft = draft_verdict(contract, target if isinstance(target, str) else "", options)
    try:
        with served(target) as url:
            return _Check(contract, url, options).run()
    except NotStarted as error:
        return replace(draft, obstacles=(str(error),))
    except KeyboardInterrupt:
        return replace(draft, obstacles=("the check was interrupted at its start",), interrupted=True)
    except NoCredentials as error:
        raise error.cause from None
    except (ContractError, ValueError):
        raise
    except Exception as error:
        return replace(draft, obstacles=(describe(error),), failed=True)


class _Check:
    def __init__(self, contract: Contract, url: str, options: Options) -> None:
        self._contract = contract
        self._options = options
        self._began = time.monotonic()
        self._date = datetime.now(UTC)
        self._seed = seed_of(options)
        chosen, left_out = selected(contract, options)
        bases, elsewhere = bases_of(contract, chosen, url)
        self._chosen = [operation for operation in chosen if operation not in elsewhere]
        left_out += [
            (o.label, f"it is at another server; check it with the URL {server}") for o, server in elsewhere.items()
        ]
        self._recorder = recorder = FindingsRecorder(self._chosen, skipped(options), options.found)
        self._unchanged = not self._chosen and {reason for _, reason in left_out} == {UNCHANGED}
        for operation, reason in left_out:
            recorder.left_out(operation, reason)
        maker = RequestMaker(contract)
        self._provocations = read_provocations(options.provocations, contract, maker) if options.provocations else ()
        self._budget = Budget(options.max_requests, time_limit_of(options))
        self._credentials = Credentials(
            options.token,
            options.headers,
            options.credentials,
            always=options.always_send_token,
            declared=contract.security_schemes.values(),
        )
        headers = self._credentials.other_headers(contract.operations)
        self._session = Session(
            url,
            connection_of(options),
            headers,
            options.rate,
            lambda done: recorder.count(seconds=done.seconds),
            self._budget,
        )
        self._steps = Steps(options, self._session.stop, recorder.not_asked)
        self._checks = ResponseChecks(
            recorder, contract, options.strict, options.max_response_time, options.refusals_declared
        )
        self._valid = ValidRequests(self._session, self._credentials, self._checks, maker, bases)
        self._valid.prepare(self._chosen, self._provocations)
        self._admission = Admission(
            recorder, self._credentials, self._valid.answers, self._valid.send, self._valid.send_anonymously
        )
        self._authentication = AuthenticationProbe(self._session, self._checks, self._credentials, options.signing_key)
        self._generated = self._generation(OddValues(self._session, self._checks, self._credentials, maker))
        self._protocol = ProtocolProbe(self._session, self._checks, self._credentials, self._seed)
        self._known = KnownResources(contract)
        self._sequences = Sequences(self._session, self._credentials, self._checks, self._known, self._valid.requests)

    def _generation(self, odd_values: OddValues) -> GeneratedRequests:
        def schemathesis(budget: Budget) -> Generation:
            return Generation(
                self._session, self._checks, self._credentials, self._options, self._seed, budget, self._valid
            )

        return GeneratedRequests(
            odd_values,
            None if is_too_large(len(self._chosen), self._options) else schemathesis,
            recorder=self._recorder,
            credentials=self._credentials,
            valid=self._valid,
            steps=self._steps,
            budget=self._budget,
            is_wanted=self._options.generate,
        )

    def run(self) -> Verdict:
        interrupted, failure = False, ""
        try:
            judged = self._run()
        except KeyboardInterrupt:
            self._session.stop()
            interrupted = judged = True
        except OutOfBudget as limit:
            self._session.stop()
            self._recorder.left_out(
                "", f"{limit} ended the check during the step {self._steps.current!r}: the rest was not tried"
            )
            judged = True
        except Misaddressed as error:
            self._recorder.obstacle(str(error))
            judged = False
        except (NotSendable, TargetUnreachable) as error:
            self._recorder.obstacle(str(error))
            judged = self._recorder.requests > 0
        except NoCredentials as error:
            if not self._recorder.requests:
                raise
            self._recorder.obstacle(str(error))
            judged = True
        except Exception as error:
            self._session.stop()
            failure, judged = describe(error), True
        try:
            verdict = self._verdict(judged, interrupted)
        except KeyboardInterrupt:
            # All answers are there, so the verdict can still be made.
            verdict = self._verdict(judged, interrupted)
        return replace(verdict, failed=True, obstacles=(failure, *verdict.obstacles)) if failure else verdict

    def _run(self) -> bool:
        """Run all steps; return whether anything could be judged."""
        if not self._chosen:
            unchanged = "no operation differs from the older contract"
            self._recorder.obstacle(unchanged if self._unchanged else "no operation is left to check")
            return False
        called, ending = divided([o for o in self._chosen if o.label in self._valid.requests])
        for wave in waves(called):
            self._steps.each(wave, "valid requests", self._good)
        called = [operation for operation in called if operation.label in self._valid.answers]
        look_for_base_path(
            self._session, map(path_of_server, self._contract.servers), self._valid.statuses(), self._valid.send
        )
        missing = is_nothing_there(self._valid.statuses())
        if missing and not is_guarded(self._session, self._valid.send_anonymously(called[0])):
            # There is nothing at this address, so nothing else that it answers is about the contract.
            return False
        if not called or not self._admission.opens(called):
            return False
        # Each further request to an operation that does not answer would last until the timeout.
        answering = [o for o in called if self._valid.is_answered(o) and self._admission.admits(o)]
        self._steps.each(answering[:1], "unknown paths", self._protocol.unknown_path)
        self._steps.each(
            answering,
            "authentication",
            lambda o: self._authentication.run(o, self._valid.requests[o.label], self._valid.status_of(o)),
        )
        self._steps.each(answering, "HTTP", self._http)
        self._steps.each(by_path(self._contract, answering), "methods", self._methods)
        self._steps.each(self._provocations, "provocations", self._provoke)
        if self._options.allow_writes:
            self._steps.each(families([*answering, *ending]), "sequences", self._sequences.run)
        self._generated.run(answering)
        if self._admission.lasts(answering):
            self._end(ending, answering)
            # The last step, because such a header makes some servers exit.
            self._steps.each(answering, "odd headers", self._odd)
        self._valid.judge_refusals()
        return True

    def _end(self, operations: Sequence[Operation], before: Sequence[Operation]) -> None:
        """Run the steps of the destructive operations."""
        self._steps.current = "destructive operations"
        ending = Ending(
            self._recorder,
            self._admission,
            self._authentication,
            self._valid,
            self._known,
            self._sequences,
            self._good,
            self._generated.run,
        )
        called = ending.run(operations, before)
        others = {operation.path for operation in before}
        answering = [o for o in called if self._valid.is_answered(o) and o.path not in others]
        self._steps.each(by_path(self._contract, answering), "methods", self._methods)

    def _good(self, operation: Operation) -> None:
        carried = self._credentials.carried(operation)
        self._valid.lead(operation, self._known)
        exchange = self._valid.answers[operation.label] = self._valid.send(operation)
        look_at_address(self._session, self._contract.operations, carried, exchange, min(self._options.timeout, 2.0))
        if not self._admission.is_refused(operation):
            self._checks.answer(operation, exchange, status_is_judged=operation.public or carried != NOTHING)
            self._checks.unharmed(operation, exchange, "a request that follows the contract")
        self._known.remember(operation, exchange)

    def _http(self, operation: Operation) -> None:
        self._protocol.run(operation, self._valid.requests[operation.label], self._valid.answers[operation.label])

    def _odd(self, operation: Operation) -> None:
        response = self._valid.answers[operation.label].response
        if operation.method == "get" and response is not None and response.status < 500:
            carried = self._credentials.carried(operation)
            odd_headers(self._session, self._checks, operation, self._valid.requests[operation.label], carried)

    def _methods(self, operations: list[Operation]) -> None:
        good = self._valid.requests[operations[0].label]
        if self._valid.status_of(operations[0]) == 404:
            # There may be nothing at this path, and then any method is answered with 404.
            self._recorder.not_judged(operations[0], "method-undeclared", "the valid request is answered with 404")
            return
        self._protocol.methods(operations, good, self._options.allow_writes)
        if not self._options.allow_writes:
            undeclared = sorted({"POST", "PUT", "PATCH", "DELETE"} - {o.method.upper() for o in operations})
            names = ", ".join(undeclared)
            reason = f"{names} were not tried, because they can change data; try them with --allow-writes"
            self._recorder.left_out(operations[0].path, reason)

    def _provoke(self, provocation: Provocation) -> None:
        if provocation.operation.label in self._valid.requests:
            provoke(self._session, self._checks, self._credentials, provocation)

    def _coverage(self, interrupted: bool) -> None:
        """Record what was never seen, and an obstacle if no operation succeeded."""
        options = self._options
        record_unseen_statuses(
            self._recorder, self._chosen, as_findings=options.require_all_statuses and not interrupted
        )
        record_unseen_successes(self._recorder, self._chosen, as_findings=options.require_success and not interrupted)
        if not self._recorder.obstacles and not interrupted:
            coverage = self._recorder.coverage()
            reason = obstacle_to_success(self._valid.statuses(), coverage, self._credentials)
            if reason is not None:
                self._recorder.obstacle(reason)

    def _verdict(self, judged: bool, interrupted: bool) -> Verdict:
        if judged or not self._recorder.obstacles:
            self._coverage(interrupted)
        return replace(
            draft_verdict(self._contract, self._session.url, self._options),
            seed=self._seed,
            started=self._date,
            seconds=time.monotonic() - self._began,
            requests=self._recorder.requests,
            cases=self._recorder.cases() if judged else (),
            coverage=self._recorder.coverage(),
            findings=self._recorder.findings if judged else (),
            left_out=self._recorder.omissions,
            notes=self._recorder.notes,
            obstacles=self._recorder.obstacles,
            interrupted=interrupted,
            unchanged=self._unchanged,
        )
