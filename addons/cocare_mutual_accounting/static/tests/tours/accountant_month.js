import {registry} from "@web/core/registry";

const row = (firm) => `.o_cocare_cockpit tr:has(th:contains('${firm}'))`;

/** From the cockpit to the screen of a firm: a click, and it is ticked if it was not. */
function open(firm, code, words, {ticked = false} = {}) {
    return [
        {
            content: `${firm}: ${words}`,
            trigger: `${row(firm)} .o_cocare_reason[data-code=${code}]:contains('${words}')`,
            run: "click",
            expectUnloadPage: !ticked,
        },
        {
            content: `${firm} alone is ticked`,
            trigger: `.o_switch_company_menu:contains('${firm}')`,
        },
    ];
}

/** Back to the cockpit, where the reason is gone and the other firms are still there. */
function back(firm, code) {
    return [
        {
            content: "One step back is the cockpit",
            trigger: ".breadcrumb-item a:contains('Cockpit')",
            run: "click",
        },
        {
            content: `Nothing of it is left of ${firm}`,
            trigger: `${row(firm)}:not(:has(.o_cocare_reason[data-code=${code}]))`,
        },
    ];
}

registry.category("web_tour.tours").add("cocare_accountant_month", {
    steps: () => [
        {
            content: "The three firms in my charge are there, with a backup",
            trigger: `.o_cocare_cockpit tbody:has(tr:contains('Firm A')):has(tr:contains('Firm B')):has(tr:contains('Firm C'))`,
        },
        {
            content: "A line a firm, as when there are many",
            trigger: ".o_cocare_cockpit_bar button:contains('Compact')",
            run: "click",
        },
        {
            content: "The most pressing reason alone; more on demand",
            trigger: `${row("Firm B")}.o_cocare_folded:not(:has([data-code=receivable])) .o_cocare_more:contains('+')`,
            run: "click",
        },
        {
            content: "All of this firm, the others as they were",
            trigger: `.o_cocare_cockpit tbody:has(tr.o_cocare_folded:contains('Firm A')) tr:contains('Firm B') [data-code=receivable]`,
        },
        {
            content: "Everything again",
            trigger: ".o_cocare_cockpit_bar button:contains('Compact')",
            run: "click",
        },
        {
            content: "No line is folded",
            trigger: ".o_cocare_cockpit tbody:not(:has(.o_cocare_folded))",
        },
        ...open("Firm A", "draft", "Drafts: 1"),
        {
            content: "Its draft",
            trigger: ".o_data_row td[name=journal_id]",
            run: "click",
        },
        {
            content: "Post it",
            trigger: "button[name=action_post]:visible",
            run: "click",
        },
        {
            content: "It is posted",
            trigger: ".o_arrow_button_current:contains('Posted')",
        },
        ...back("Firm A", "draft"),
        ...open("Firm B", "bank", "Bank, to match: 1"),
        {
            content: "The bill that the line pays is offered",
            trigger: ".o_field_account_reconcile_oca_match .o_data_row:first",
            run: "click",
        },
        {
            content: "Match it",
            trigger: "button[name=reconcile_bank_line]:visible:not([disabled])",
            run: "click",
        },
        {
            content: "It is matched",
            trigger: "body:not(:has(button[name=reconcile_bank_line]))",
        },
        ...back("Firm B", "bank"),
        ...open("Firm C", "obligation", "CA3"),
        {
            content: "Its return",
            trigger: ".o_data_row td[name=rule_id]:contains('CA3')",
            run: "click",
        },
        {
            content: "The receipt is attached: it is filed",
            trigger: "button[name=action_file]:visible",
            run: "click",
        },
        {
            content: "It is filed",
            trigger: ".o_arrow_button_current:contains('Filed')",
        },
        ...back("Firm C", "obligation"),
        ...open("Firm C", "closing", "Month to close", {ticked: true}),
        {
            content: "Its month",
            trigger: ".o_data_row td[name=period]",
            run: "click",
        },
        {
            content: "Look at the books again",
            trigger: "button[name=action_evaluate]:visible",
            run: "click",
        },
        {
            content: "Close the month",
            trigger: "button[name=action_close]:visible",
            run: "click",
        },
        {
            content: "It is closed, and says what is locked",
            trigger: ".o_arrow_button_current:contains('Closed')",
        },
        ...back("Firm C", "closing"),
        {
            content: "By reason: the figure of each kind",
            trigger: ".o_cocare_cockpit_bar button:contains('By reason')",
            run: "click",
        },
        {
            content: "The overdue invoice of Firm B is all that is left of it",
            trigger: `${row("Firm B")} .o_cocare_reason[data-code=receivable]`,
        },
        {
            content: "And is remembered by the browser: by month again",
            trigger: ".o_cocare_cockpit_bar button:contains('By month')",
            run: "click",
        },
        {
            content: "The month of Firm C is locked",
            trigger: `${row("Firm C")} .o_cocare_lock`,
        },
    ],
});
