import {CockpitController} from "./cockpit_controller";
import {CockpitModel} from "./cockpit_model";
import {registry} from "@web/core/registry";

export const cockpitView = {
    type: "list",
    Controller: CockpitController,
    Model: CockpitModel,
    searchMenuTypes: ["filter", "favorite"],
    props: (genericProps, view) => ({...genericProps, Model: view.Model}),
};

registry.category("views").add("cocare_cockpit", cockpitView);
