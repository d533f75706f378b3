import {CockpitController} from "@cocare_mutual_accounting/cockpit/cockpit_controller";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

/** A clock beside each firm, or the key T on its line: the time just spent on it. */
patch(CockpitController.prototype, {
    setup() {
        super.setup(...arguments);
        this.columns.push({key: "time", name: _t("Time this month"), figure: true});
    },

    recordTime(firm) {
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                name: _t("Time spent: %s", firm.name),
                res_model: "cocare.time.entry",
                views: [[false, "form"]],
                target: "new",
                context: {...this.model.context, default_company_id: firm.id},
            },
            {onClose: () => this.model.reload()}
        );
    },

    onKeydown(ev) {
        const typed = ev.altKey || ev.ctrlKey || ev.metaKey ? "" : ev.key.toLowerCase();
        if (typed === "t" && ev.target.matches("td")) {
            ev.preventDefault();
            this.recordTime(this.model.firms[Number(ev.target.dataset.row)]);
            return;
        }
        super.onKeydown(ev);
    },
});
