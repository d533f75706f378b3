import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("cocare_close_month", {
    steps: () => [
        {
            content: "Open the month that waits",
            trigger: ".o_data_row:contains('July 2025') td[name=display_name]",
            run: "click",
        },
        {
            content: "Share its cost",
            trigger: "button[name=action_compute]:contains('Compute the shares')",
            run: "click",
        },
        {
            content: "See what a firm owes before anything is posted",
            trigger:
                ".o_data_row:contains('Firm B') td[name=invoiced]:contains('220.00')",
        },
        {
            content: "Post both books",
            trigger: "button[name=action_post]",
            run: "click",
        },
        {
            content: "Confirm",
            trigger: ".modal footer .btn-primary",
            run: "click",
        },
        {
            content: "It is posted",
            trigger: ".o_arrow_button_current:contains('Posted')",
        },
        {
            content: "Look at the recharges",
            trigger: ".nav-link[name=recharges]",
            run: "click",
        },
        {
            content: "Each firm has its invoice and its bill",
            trigger:
                ".o_data_row:has(td[name=company_id]:contains('Firm C')) td[name=bill_id]:contains('RREC')",
        },
    ],
});
