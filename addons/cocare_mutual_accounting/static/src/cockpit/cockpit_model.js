import {Model} from "@web/model/model";
import {user} from "@web/core/user";

/**
 * The board of the accountants: what the server says of all the firms that the user may
 * see, ticked or not, and how it is laid out.
 */
export class CockpitModel extends Model {
    setup({options}) {
        this.options = options;
        this.board = null;
    }

    /** All firms of the user: the page is about them, whatever is ticked. */
    get context() {
        return {
            ...user.context,
            allowed_company_ids: user.allowedCompanies.map((company) => company.id),
        };
    }

    async load({domain}) {
        this.domain = domain || this.domain || [];
        this.board = await this.orm.call("cocare.cockpit", "board", [this.domain], {
            months: this.options.months,
            by: this.options.by,
            context: this.context,
        });
    }

    async reload() {
        await this.load({});
        this.notify();
    }

    /** Firms in the order that was chosen; the most pressing one first by default. */
    get firms() {
        const last = "9999";
        const keys = {
            urgency: (firm) =>
                firm.reasons.map((reason) => reason.due).toSorted()[0] || last,
            user: (firm) => firm.user || last,
            name: () => "",
        };
        const key = keys[this.options.sort];
        return this.board.firms.toSorted(
            (one, other) =>
                key(one).localeCompare(key(other)) || one.name.localeCompare(other.name)
        );
    }
}
