import {stepUtils} from "@web_tour/tour_utils";

/** An entry of the Network menu of Co-CARE. */
export function openMenu(entry) {
    return [
        ...stepUtils.goToAppSteps("cocare_network.menu_root", "Open Co-CARE"),
        {
            content: "Unfold the network",
            trigger: ".o_menu_sections [data-menu-xmlid='cocare_network.menu_network']",
            run: "click",
        },
        {
            content: `Open ${entry}`,
            trigger: `.dropdown-item[data-menu-xmlid='cocare_network.${entry}']`,
            run: "click",
        },
    ];
}

/** A page of the notebook of a form. */
export function openPage(name) {
    return [
        {
            content: `Turn to the page ${name}`,
            trigger: `.o_notebook .nav-link[name=${name}]`,
            run: "click",
        },
    ];
}
