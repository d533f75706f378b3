import {Component, onWillStart, useState} from "@odoo/owl";
import {Layout} from "@web/search/layout";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";

/**
 * Firms × indicators of a month, for the shared office. The server says it all in words
 * and points; here it is only laid out.
 */
export class CocareDashboard extends Component {
    static template = "cocare_network.Dashboard";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = {controlPanel: {}};
        this.state = useState({board: null});
        useSetupAction({getLocalState: () => ({month: this.state.board.month})});
        onWillStart(() => this.load(this.props.state?.month));
    }

    async load(month) {
        this.state.board = await this.orm.call("cocare.dashboard", "board", [], {
            month: month || false,
        });
    }

    openDetail(indicator, firm) {
        this.action.doAction(indicator.action, {
            additionalContext: {search_default_company_id: firm.id},
        });
    }
}

registry.category("actions").add("cocare_dashboard", CocareDashboard);
