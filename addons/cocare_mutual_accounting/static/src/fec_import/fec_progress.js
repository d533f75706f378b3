import {
    ProgressBarField,
    progressBarField,
} from "@web/views/fields/progress_bar/progress_bar_field";
import {onMounted, onWillUnmount} from "@odoo/owl";
import {registry} from "@web/core/registry";

const EVERY = 3000;

/** A progress bar that reads its record again, as long as it is shown. */
export class FecProgress extends ProgressBarField {
    setup() {
        super.setup();
        let timer = null;
        onMounted(() => {
            timer = setInterval(() => this.props.record.load(), EVERY);
        });
        onWillUnmount(() => clearInterval(timer));
    }

    /** What was reached stays, while lettering and checks end the transaction. */
    get currentValue() {
        this.reached = Math.max(this.reached || 0, super.currentValue);
        return this.reached;
    }
}

registry.category("fields").add("cocare_fec_progress", {
    ...progressBarField,
    component: FecProgress,
});
