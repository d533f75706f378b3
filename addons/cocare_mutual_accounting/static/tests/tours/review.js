import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";
import {fitsTheScreen} from "./phone";

const coaching = "details.o_cocare_card:contains('Coaching')";
const bookkeeping = "details.o_cocare_card:contains('Bookkeeping')";

/** A worker-member opens what their firm is charged for July. */
function openJuly(state) {
    return [
        {
            content: "Look at what the firm is charged",
            trigger: "a[href='/my/recharges']:contains('Shared costs')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: `July is there, ${state}`,
            trigger: `a.o_cocare_card:contains('July 2025'):contains('${state}')`,
            run: "click",
            expectUnloadPage: true,
        },
    ];
}

registry.category("web_tour.tours").add("cocare_review_month", {
    steps: () => [
        ...openJuly("to review"),
        {
            content: "The page says until when one may contest",
            trigger: ".alert-info:contains('What is not contested by')",
            run: fitsTheScreen,
        },
        {
            content: "The first line is open: what the firm used of all that was used",
            trigger: `${coaching}[open] td:contains('6 of 10 hours')`,
        },
        {
            content: "The decision that adopted its key",
            trigger: `${coaching}[open] td:contains('General meeting of June 2025')`,
        },
        {
            content: "Open what was recorded",
            trigger: `${coaching} details summary:contains('What was recorded')`,
            run: "click",
        },
        {
            content: "The reading is there",
            trigger: `${coaching} details[open] td:contains('Meeting of the team')`,
            run: fitsTheScreen,
        },
        {
            content: "It is too long: contest",
            trigger: `${coaching} .o_cocare_contest summary`,
            run: "click",
        },
        {
            content: "Say why",
            trigger: `${coaching} textarea[name=comment]`,
            run: "edit The meeting took five hours, not six.",
        },
        {
            content: "Send it",
            trigger: `${coaching} button:contains('Contest this line')`,
            run: "click",
            expectUnloadPage: true,
        },
        {
            content:
                "The line says that it is contested, why, and until when it is due",
            trigger: `${coaching}[open] .alert-warning:contains('five hours, not six'):contains('To be answered by')`,
        },
        {
            content: "Open the other line",
            trigger: `${bookkeeping} summary:contains('to review')`,
            run: "click",
        },
        {
            content: "Agree with it",
            trigger: `${bookkeeping}[open] button:contains('Accept')`,
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is accepted",
            trigger: `${bookkeeping} summary:contains('accepted')`,
        },
        {
            content: "The other one stays contested",
            trigger: `${coaching} summary:contains('contested')`,
            run: fitsTheScreen,
        },
    ],
});

registry.category("web_tour.tours").add("cocare_arbitrate", {
    steps: () => [
        ...stepUtils.goToAppSteps("cocare_network.menu_root", "Open Co-CARE"),
        {
            content: "Unfold the shared costs",
            trigger:
                ".o_menu_sections [data-menu-xmlid='cocare_mutual_accounting.menu_books']",
            run: "click",
        },
        {
            content: "Look at what is contested",
            trigger:
                ".dropdown-item[data-menu-xmlid='cocare_mutual_accounting.menu_contests']",
            run: "click",
        },
        {
            content: "One line waits",
            trigger: ".o_data_row:contains('Firm A') td[name=comment]",
            run: "click",
        },
        {
            content: "The firm said why",
            trigger: ".o_form_view [name=comment]:contains('five hours, not six')",
        },
        {
            content: "Look at what the line was made from",
            trigger: "button[name=action_open_readings]",
            run: "click",
        },
        {
            content: "Open the record of the meeting",
            trigger:
                ".o_data_row:contains('Meeting of the team') button[name=action_open_source]",
            run: "click",
        },
        {
            content: "Correct it",
            trigger: ".o_form_view .o_field_widget[name=quantity] input",
            run: "edit 5",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save:visible",
            run: "click",
        },
        {
            content: "It is saved",
            trigger: ".o_form_saved",
        },
        {
            content: "Go back to the line",
            trigger: ".breadcrumb .o_back_button",
            run: "click",
        },
        {
            content: "What was recorded is left again",
            trigger: ".o_list_view .o_data_row:contains('Meeting of the team')",
        },
        {
            content: "Go back to what is contested",
            trigger: ".breadcrumb .o_back_button",
            run: "click",
        },
        {
            content: "Write the reasons",
            trigger: ".o_form_view .o_field_widget[name=answer] textarea",
            run: "edit The sheet says five hours: the reading is corrected.",
        },
        {
            content: "Change the line by what is recorded now",
            trigger: "button[name=action_uphold]",
            run: "click",
        },
        {
            content: "Confirm",
            trigger: ".modal footer .btn-primary",
            run: "click",
        },
        {
            content: "It is upheld",
            trigger: ".o_arrow_button_current:contains('Upheld')",
        },
        {
            content: "By five hours",
            trigger: ".o_form_view [name=measured_after]:contains('5 hours')",
        },
    ],
});

registry.category("web_tour.tours").add("cocare_read_decision", {
    steps: () => [
        ...openJuly("to review"),
        {
            content: "The line says what was decided, with the reasons",
            trigger: `${coaching}[open] .alert:contains('Changed:'):contains('the reading is corrected')`,
        },
        {
            content: "What it was, and what it is",
            trigger: `${coaching}[open] .alert:contains('600.00'):contains('555.56')`,
            run: fitsTheScreen,
        },
        {
            content: "It is what the firm is charged",
            trigger: `${coaching} summary:contains('arbitrated'):contains('555.56')`,
        },
        {
            content: "What was decided is not contested again",
            trigger: `${coaching}:not(:has(form))`,
        },
        {
            content: "Nothing is left to answer",
            trigger: ".alert-info:contains('Every line was answered')",
        },
    ],
});
