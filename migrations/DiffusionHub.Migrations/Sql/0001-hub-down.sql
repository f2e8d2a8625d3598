DROP TABLE hub.picture, hub.model, hub."user";
