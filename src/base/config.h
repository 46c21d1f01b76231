/*
 * config -- what the operator decides in DIR/config.yaml. Read by main/config.c; the rest of the
 * program only reads the struct. Secrets of gateways stand in files of their own, named here.
 */
#pragma once
#include "base/str.h"

struct config {
    str dir;                /* the instance's folder */
    str site_zh, site_en;   /* name of the site */
    str owner_zh, owner_en; /* the body that runs it, for the footer */
    str listen;             /* address:port */
    str db_url;             /* empty: DIR/shangliang.db */
    str base_url;           /* https://…, for links in mails and feeds; empty: from the request */
    str trusted_proxy;      /* address of the proxy whose forwarded headers are believed */
    str mail_url, mail_from, mail_user,
        mail_password_file; /* smtp://host:port; empty: mail is off */
    str sms_url, sms_token_file, sms_to_field, sms_text_field; /* http://…; empty: SMS is off */
    str icp, police_number, site_code; /* numbers for the footer, where the law asks for them */
    int64_t upload_max;                /* bytes of one file */
    int64_t session_hours;             /* a sign-in ends after this at the latest */
    int64_t idle_minutes;              /* and after this without use */
    int64_t workers;                   /* worker threads */
    bool is_demo;                      /* the ribbon and the demonstration sign-ins */
    bool shows_codes; /* demonstration only: show the code that would have been sent */
};
