import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("cocare_dashboard", {
    steps: () => [
        {
            content: "People at work in a firm, this month",
            trigger:
                "tr:contains('Firm B') td[data-indicator=people] button:contains('1')",
        },
        {
            content: "Who works in the other one is not known",
            trigger:
                "tr:contains('Firm A') td[data-indicator=people]:contains('not yet known')",
        },
        {
            content: "Go to the month before",
            trigger: ".o_cocare_board button[aria-label='Previous month']",
            run: "click",
        },
        {
            content: "It is another month",
            trigger: ".o_cocare_board h2:contains('November 2025')",
        },
        {
            content: "Open the agreements of a firm",
            trigger: "tr:contains('Firm B') td[data-indicator=agreements] button",
            run: "click",
        },
        {
            content: "Of that firm only",
            trigger: ".o_searchview_facet:contains('Firm B')",
        },
        {
            content: "Back to the dashboard",
            trigger: ".breadcrumb-item a:contains('Dashboard'), .o_back_button",
            run: "click",
        },
        {
            content: "On the month it was left at",
            trigger: ".o_cocare_board h2:contains('November 2025')",
        },
    ],
});
