import {Component, useRef, useState} from "@odoo/owl";
import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {Layout} from "@web/search/layout";
import {SearchBar} from "@web/search/search_bar/search_bar";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {router} from "@web/core/browser/router";
import {standardViewProps} from "@web/views/standard_view_props";
import {useModelWithSampleData} from "@web/model/model";
import {useSearchBarToggler} from "@web/search/search_bar/search_bar_toggler";
import {useService} from "@web/core/utils/hooks";
import {user} from "@web/core/user";

/** From so many firms on, a cell shows its most pressing reason alone. */
const MANY = 20;

/** Where the browser keeps what the user chose, as lists keep their columns. */
const KEPT = "cocare_cockpit";
const CHOSEN = {by: "month", months: 4, sort: "urgency", columns: ["user", "next"]};

/**
 * Firms × months, or firms × kinds of reasons. A click on a reason ticks its firm and
 * opens the screen where it is dealt with.
 */
export class CockpitController extends Component {
    static template = "cocare_mutual_accounting.Cockpit";
    static components = {Dropdown, DropdownItem, Layout, SearchBar};
    static props = {...standardViewProps, Model: Function};

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.table = useRef("table");
        this.searchBarToggler = useSearchBarToggler();
        const kept = JSON.parse(browser.localStorage.getItem(KEPT) || "{}");
        this.options = useState({...CHOSEN, ...kept});
        this.focus = useState({row: 0, column: 0});
        this.unfolded = useState({});
        this.model = useModelWithSampleData(this.props.Model, {options: this.options});
        this.columns = [
            {key: "user", name: _t("Accountant"), sort: "user"},
            {key: "next", name: _t("Next"), sort: "urgency"},
            {key: "locks", name: _t("Locked until")},
            {key: "turnover", name: _t("Turnover this year"), figure: true},
            {key: "before", name: _t("Same months last year"), figure: true},
            {key: "result", name: _t("Result this year"), figure: true},
            {key: "cash", name: _t("Bank and cash"), figure: true},
        ];
    }

    get shownColumns() {
        return this.columns.filter(({key}) => this.options.columns.includes(key));
    }

    /** Columns of reasons: months, or kinds that some firm has. */
    get periods() {
        const {board} = this.model;
        if (this.options.by === "month") {
            const early = board.firms.some(
                (firm) => this.reasons(firm, "before").length
            );
            return early ? board.months : board.months.slice(1);
        }
        return board.codes.filter(({key}) =>
            board.firms.some((firm) => this.reasons(firm, key).length)
        );
    }

    reasons(firm, column) {
        return firm.reasons.filter((reason) => reason.column === column);
    }

    /** What was chosen; else, with many firms, a line of text each. */
    get isCompact() {
        return this.options.compact ?? this.model.board.firms.length > MANY;
    }

    isFolded(firm) {
        return this.isCompact && !this.unfolded[firm.id];
    }

    shownReasons(firm, column) {
        const reasons = this.reasons(firm, column);
        return this.isFolded(firm) ? reasons.slice(0, 1) : reasons;
    }

    foldTitle(firm) {
        return this.isFolded(firm) ? _t("Show all of this firm") : _t("Show less");
    }

    toggleFirm(firm) {
        this.unfolded[firm.id] = !this.unfolded[firm.id];
    }

    /** The month is over, and nothing is left of it. */
    isDone(firm, period) {
        return (
            this.options.by === "month" &&
            period.over &&
            !this.reasons(firm, period.key).length
        );
    }

    lockTitle(state) {
        return state === "locked" ? _t("Locked") : _t("VAT locked");
    }

    choose(values, {reload = false} = {}) {
        Object.assign(this.options, values);
        browser.localStorage.setItem(KEPT, JSON.stringify(this.options));
        return reload ? this.model.reload() : this.render(true);
    }

    toggleColumn(key) {
        const shown = this.options.columns;
        this.choose({
            columns: shown.includes(key)
                ? shown.filter((one) => one !== key)
                : [...shown, key],
        });
    }

    /** Arrows move, Enter opens the first reason of a cell, 1 to 9 the others. */
    onKeydown(ev) {
        const steps = {
            ArrowDown: [1, 0],
            ArrowLeft: [0, -1],
            ArrowRight: [0, 1],
            ArrowUp: [-1, 0],
        };
        const rank = ev.key === "Enter" ? 1 : Number(ev.key);
        if (ev.altKey || ev.ctrlKey || ev.metaKey) {
            return;
        }
        if (steps[ev.key]) {
            const [down, right] = steps[ev.key];
            const {row, column} = ev.target.closest("td")?.dataset || this.focus;
            this.focusCell(Number(row) + down, Number(column) + right);
        } else if (rank && ev.target.matches("td")) {
            ev.target.querySelectorAll("button")[rank - 1]?.click();
        } else {
            return;
        }
        ev.preventDefault();
    }

    focusCell(row, column) {
        const cell = this.table.el.querySelector(
            `td[data-row="${row}"][data-column="${column}"]`
        );
        if (cell) {
            Object.assign(this.focus, {row, column});
            cell.focus();
        }
    }

    async openReason(firm, reason) {
        const action = await this.orm.call(
            "cocare.cockpit.reason",
            "open_reason",
            [firm.id, reason.code, reason.first, reason.last],
            {
                subject: reason.subject,
                other_company_id: reason.other,
                context: this.model.context,
            }
        );
        return this.goTo(firm, action);
    }

    async openFirm(firm) {
        const action = await this.action.loadAction(
            "account.open_account_journal_dashboard_kanban"
        );
        return this.goTo(firm, action);
    }

    /**
     * Tick the firm alone, then open the action: as when another firm is ticked by
     * hand, the page is loaded again, with the cockpit one step back.
     */
    async goTo(firm, action) {
        const active = user.activeCompanies;
        if (active.length === 1 && active[0].id === firm.id) {
            return this.action.doAction(action);
        }
        browser.sessionStorage.setItem("current_action", JSON.stringify(action));
        await user.activateCompanies([firm.id], {
            includeChildCompanies: false,
            reload: false,
        });
        const step = {action: action.path || action.id};
        const stack = router.current.actionStack || [];
        browser.location.assign(
            router.stateToUrl({...step, actionStack: [...stack, step]})
        );
    }

    editAssignment(firm) {
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                name: firm.name,
                res_model: "cocare.firm.accountant",
                res_id: firm.assignment,
                views: [[false, "form"]],
                target: "new",
                context: {...this.model.context, default_company_id: firm.id},
            },
            {onClose: () => this.model.reload()}
        );
    }
}
