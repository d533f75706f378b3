import {inputFiles} from "@web/../tests/utils";
import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";
import {openMenu, openPage} from "./navigation";

/** The file stands at a stage of its path. */
export function isAt(stage) {
    return [
        {
            content: `It is at the stage ${stage}`,
            trigger: `.o_arrow_button_current[data-value=${stage}]`,
        },
    ];
}

/** The facilitator finds what somebody sent, and makes it a file. */
export function takeUpLead(name, message) {
    return [
        ...openMenu("menu_leads"),
        {
            content: `${name} is among the leads`,
            trigger: `.o_kanban_record:contains('${name}')`,
            run: "click",
        },
        {
            content: "It says what they wrote",
            trigger: `.o_form_view [name=cocare_message] textarea:value(${message})`,
        },
        {
            content: "Make it an application",
            trigger: "button[name=action_make_application].btn-primary",
            run: "click",
        },
        ...isAt("application"),
    ];
}

/** Something of the checklist is done. */
export function tick(task) {
    return [
        {
            content: `Done: ${task}`,
            trigger: `.o_data_row:contains('${task}') button[name=action_done]`,
            run: "click",
        },
        {
            content: "It is ticked",
            trigger: `.o_data_row:contains('${task}') button[name=action_reopen]`,
        },
    ];
}

/** Something of the checklist is done, and a document shows it. */
export function tickWithEvidence(task, filename) {
    return [
        {
            content: `Open: ${task}`,
            trigger: `.o_data_row:contains('${task}') td[name=name]`,
            run: "click",
        },
        {
            content: "Attach the document",
            trigger: ".modal [name=evidence_ids] button.o_attach",
            async run() {
                const document = new File(["%PDF-1.4"], filename, {
                    type: "application/pdf",
                });
                await inputFiles(".modal [name=evidence_ids] .o_input_file", [
                    document,
                ]);
            },
        },
        {
            content: "It is attached",
            trigger: `.modal .o_attachment:contains('${filename}')`,
        },
        {
            content: "Save it with the task",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "The task shows its document",
            trigger: `body:not(:has(.modal)) .o_data_row:contains('${task}') td[name=evidence_ids]:contains('${filename}')`,
        },
        ...tick(task),
    ];
}

/** Copy a number in as a spreadsheet left it. */
export function typeRegistry(number) {
    return [
        {
            content: "Type the SIRET in",
            trigger: ".o_form_view [name=company_registry] input",
            run: `edit ${number} && press Tab`,
        },
        {
            content: "What is wrong with it is said at once",
            trigger: ".o_form_view [name=cocare_registry_note]:contains('Zeros')",
        },
    ];
}

/** Somebody works in the firm, so many hours a week. */
export function addWorker(facts) {
    return [
        ...openPage("workers"),
        {
            content: "Somebody more",
            trigger: ".o_field_widget[name=worker_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        ...Object.entries(facts).map(([field, fact]) => ({
            content: `Their ${field}`,
            trigger: `.o_selected_row [name=${field}] input`,
            run: `edit ${fact}`,
        })),
        ...stepUtils.saveForm(),
        ...openPage("checklist"),
    ];
}

/** A step of the path, and why. */
export function step(button, reason) {
    return [
        {
            content: button,
            trigger: `button[name=action_step]:contains('${button}')`,
            run: "click",
        },
        {
            content: "Say why",
            trigger: ".modal [name=reason] textarea",
            run: `edit ${reason}`,
        },
        {
            content: "Confirm",
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
    ];
}

/** The network is asked, and a facilitator does not answer for it. */
export function waitsForDecision() {
    return [
        {
            content: "It waits for the network",
            trigger: ".alert [name=cocare_pending_description]:contains('On trial')",
        },
        {
            content: "The decision is recorded by somebody else; they may take it back",
            trigger:
                ".o_form_statusbar:has(button[name=action_withdraw]):not(:has(button[name=action_decide]))",
        },
    ];
}

/** What the network decided of a proposal, written down in the file. */
export function recordDecision(reference) {
    return [
        {
            content: "Record the decision",
            trigger: "button[name=action_decide]",
            run: "click",
        },
        {
            content: "Where it is written",
            trigger: ".modal [name=decision_ref] input",
            run: `edit ${reference}`,
        },
        {
            content: "Record it",
            trigger: ".modal button[name=action_record]",
            run: "click",
        },
    ];
}

registry.category("web_tour.tours").add("cocare_lead_to_proposal", {
    steps: () => [
        ...takeUpLead("Zorn Brewery", "We brew, and would share our deliveries."),
        ...typeRegistry("5720093300042"),
        ...tick("Meet them and explain the network"),
        ...tickWithEvidence("Statutes and registration received", "statutes.pdf"),
        ...step("Start the review", "They want what we do"),
        ...isAt("review"),
        ...addWorker({
            name: "Léa Zorn",
            email: "lea@zorn.example",
            weekly_hours: "35",
        }),
        ...tick("Charter read together"),
        ...tick("Working people and their hours listed"),
        ...tickWithEvidence("Accounts of the last year read", "accounts.pdf"),
        ...step("Propose the trial", "Their deliveries go where ours do"),
        ...waitsForDecision(),
        ...isAt("review"),
    ],
});
